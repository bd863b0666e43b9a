package dev.ponticello.app;

/** How the program learns that it shall end. */
interface Termination {

    /** From now on the program is asked, not ended. */
    void listen();

    /** Waits until somebody asks the program to end. */
    void await() throws InterruptedException;

    /** What is done, on a thread of its own, when somebody asks a second time. Until this is said, the second time ends the program. */
    void onSecond(Runnable action);
}
