package edgeengine.client;

import edgeengine.client.wire.Malformed;
import edgeengine.client.wire.Message;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** What the engine may ask of its host, by method; each request runs on a daemon thread of its own. */
final class HostPorts {
    private static final Message.Failure NOT_SERVED =
            new Message.Failure("door.host_refused", "the host does not serve this port");
    private static final Message.Failure FAILED = new Message.Failure("door.host_failed", "the host's port failed");

    private final Map<String, Port> ports;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "edge-engine-host");
        thread.setDaemon(true);
        return thread;
    });

    HostPorts(Map<String, Port> ports) {
        this.ports = Map.copyOf(ports);
    }

    /** Answers a request of the engine, later and on another thread. */
    void answer(Message.Request request, Answer answer) {
        try {
            threads.execute(() -> serve(request, answer));
        } catch (RejectedExecutionException closed) {
            answer.send(request.id(), FAILED, null);
        }
    }

    /** Ends the threads; what runs is interrupted. */
    void close() {
        threads.shutdownNow();
    }

    private void serve(Message.Request request, Answer answer) {
        Port port = ports.get(request.method());
        if (port == null) {
            answer.send(request.id(), NOT_SERVED, null);
            return;
        }
        Message.Failure failure = FAILED; // also where the port throws an Error, which then ends this thread
        Object result = null;
        try {
            result = port.call(request.params());
            failure = null;
        } catch (EdgeException refused) {
            failure = new Message.Failure(refused.code(), refused.getMessage());
        } catch (Malformed malformed) {
            failure = new Message.Failure("door.host_failed", "the host does not understand what it is asked");
        } catch (Exception failed) {
            // INVARIANT: nothing of the host's own error crosses the door; it may name a person.
            failure = FAILED;
        } finally {
            answer.send(request.id(), failure, result);
        }
    }

    /** One method of a port. */
    interface Port {
        @Nullable Object call(Map<String, @Nullable Object> params) throws Exception;
    }

    /** The way back. */
    interface Answer {
        void send(int id, Message.@Nullable Failure failure, @Nullable Object result);
    }
}
