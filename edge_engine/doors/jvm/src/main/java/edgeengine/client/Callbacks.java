package edgeengine.client;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Where futures complete and where listeners run: the app's own executor, or threads of this engine's.
 *
 * <p>Not the common pool: on a small machine it has one thread, and a listener that blocks would hold every answer up. For
 * the same reason listeners do not share threads with futures.
 */
final class Callbacks {
    private static final int FEWEST = 4;

    private final Executor futures;
    private final Executor listeners;
    private final @Nullable ExecutorService ownFutures;
    private final @Nullable ExecutorService ownListeners;

    /**
     * Makes them.
     *
     * @param given the app's own; null for threads of the engine's, which are daemons
     */
    Callbacks(@Nullable Executor given) {
        if (given != null) {
            futures = given;
            listeners = given;
            ownFutures = null;
            ownListeners = null;
            return;
        }
        int threads = Math.max(FEWEST, Runtime.getRuntime().availableProcessors());
        ownFutures = new ForkJoinPool(threads, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
        ownListeners = Executors.newCachedThreadPool(Callbacks::daemon);
        futures = ownFutures;
        listeners = ownListeners;
    }

    Executor futures() {
        return futures;
    }

    Executor listeners() {
        return listeners;
    }

    /** Takes nothing more; what was begun ends. */
    void close() {
        if (ownFutures != null && ownListeners != null) {
            ownFutures.shutdown();
            ownListeners.shutdown();
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "edge-engine-listener");
        thread.setDaemon(true);
        return thread;
    }
}
