package dev.ponticello.simulation;

/**
 * A fault in one method of the gateway, which the simulation must find.
 *
 * @param what what is broken, in words
 * @param type the class, below {@code dev.ponticello}
 * @param method all of its methods of this name
 * @param first the seed to begin with; for a fault that few seeds show, one of them, so that the build is quick
 */
record Mutant(String what, String type, String method, Change change, long first) {

    Mutant(String what, String type, String method, Change change) {
        this(what, type, method, change, 0);
    }

    @Override
    public String toString() {
        return what + " (" + type + "." + method + ")";
    }
}
