package dev.ponticello.app;

/** How the program learns that it shall end, or read its config again. */
interface Termination {

    /** From now on the program is asked, not ended. */
    void listen();

    /**
     * What is done, on a thread of its own and one time after the other, when somebody asks for the config to be read again. Who asked before this is said, or while it begins, is not forgotten; those
     * who ask while it is done are served by one more time.
     */
    void onReload(Runnable action);

    /** Waits until somebody asks the program to end. */
    void await() throws InterruptedException;

    /** What is done, on a thread of its own, when somebody asks a second time. Until this is said, the second time ends the program. */
    void onSecond(Runnable action);
}
