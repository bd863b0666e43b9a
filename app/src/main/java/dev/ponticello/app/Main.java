package dev.ponticello.app;

/** The program's entry: reads the command line. */
public final class Main {

    private Main() {}

    /** Runs the command that {@code args} name. */
    public static void main(String[] args) {
        System.out.println("usage: ponticello demo | run [FILE] | check FILE | explain FILE METHOD URL");
    }
}
