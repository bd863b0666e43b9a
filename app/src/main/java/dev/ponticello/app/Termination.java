package dev.ponticello.app;

/** Waits until somebody asks the program to end. */
@FunctionalInterface
interface Termination {

    void await() throws InterruptedException;
}
