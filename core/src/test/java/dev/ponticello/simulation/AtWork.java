package dev.ponticello.simulation;

/** Says which mutant is at work. It is loaded with the {@link MutatedGateway}, whose changed methods ask it. */
public final class AtWork {
    /** The place of the mutant in {@link Mutants#ALL}, or {@link MutatedGateway#NONE}. */
    @SuppressWarnings("NonFinalStaticField") // one thread plays, one seed after the other
    public static int now = MutatedGateway.NONE;

    private AtWork() {}
}
