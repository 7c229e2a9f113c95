package edgeengine.client;

import edgeengine.client.wire.Frame;
import edgeengine.client.wire.Malformed;
import edgeengine.client.wire.Message;
import edgeengine.client.wire.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One conversation with an engine: what was asked and waits, what the engine asks back, what it tells.
 *
 * <p>Nothing of the host's runs on the thread that hears the engine: answers wake whoever waits, and everything else
 * goes to executors, so that a callback may ask the engine again.
 */
final class Session implements Transport.Listener {
    private static final Waiting ON_ITS_OWN_THREAD = new Waiting() {
        @Override
        public void answered(Message.Response response) {}

        @Override
        public void ended(ClientException reason) {}
    };

    private final Transport transport;
    private final Executor callbacks;
    private final HostPorts ports;
    private final Consumer<Map<String, @Nullable Object>> events;
    private final Runnable atEnd;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, Waiting> waiting = new ConcurrentHashMap<>();
    private volatile @Nullable Thread hearing;
    private volatile @Nullable String ended;
    private volatile boolean closed;
    private volatile boolean over;

    /**
     * Makes a session; it hears nothing before {@link #start()}.
     *
     * @param callbacks where futures complete and listeners are called
     * @param ports what the engine may ask of its host
     * @param events told of each event
     * @param atEnd told once that nothing more comes
     */
    Session(
            Transport transport,
            Executor callbacks,
            HostPorts ports,
            Consumer<Map<String, @Nullable Object>> events,
            Runnable atEnd) {
        this.transport = transport;
        this.callbacks = callbacks;
        this.ports = ports;
        this.events = events;
        this.atEnd = atEnd;
    }

    void start() {
        transport.start(this);
    }

    /** Asks and waits. */
    <T extends @Nullable Object> T ask(
            String method, @Nullable Map<String, ?> params, Function<@Nullable Object, T> reader) {
        if (transport.calls()) {
            return call(method, params, reader);
        }
        try {
            return ask(method, params, reader, null);
        } catch (TimeoutException impossible) {
            throw new IllegalStateException("there was no limit", impossible);
        }
    }

    /** Asks and waits for so long at most; null for as long as it takes. */
    <T extends @Nullable Object> T ask(
            String method,
            @Nullable Map<String, ?> params,
            Function<@Nullable Object, T> reader,
            @Nullable Duration within)
            throws TimeoutException {
        if (Thread.currentThread() == hearing) {
            throw new IllegalStateException("the thread that hears the engine cannot wait for it; use the async form");
        }
        Answer answer = new Answer();
        int id = send(method, params, answer);
        try {
            return result(
                    within == null ? answer.get() : answer.get(within.toMillis(), TimeUnit.MILLISECONDS), reader);
        } catch (TimeoutException late) {
            cancel(id);
            throw late;
        } catch (InterruptedException interrupted) {
            cancel(id);
            Thread.currentThread().interrupt();
            throw new ClientException.Interrupted();
        } catch (ExecutionException gone) {
            throw refusal();
        }
    }

    /** Asks on this very thread, which cannot be interrupted meanwhile; closing the session cancels it. */
    private <T extends @Nullable Object> T call(
            String method, @Nullable Map<String, ?> params, Function<@Nullable Object, T> reader) {
        if (closed || ended != null) {
            throw refusal();
        }
        int id = take(ON_ITS_OWN_THREAD);
        try {
            Message answer = Frame.read(transport.call(Frame.request(id, method, params)));
            if (answer instanceof Message.Response response) {
                return result(response, reader);
            }
            throw new ClientException.NotUnderstood("the engine answered something else than a response");
        } catch (Malformed malformed) {
            throw new ClientException.NotUnderstood(String.valueOf(malformed.getMessage()));
        } catch (IOException gone) {
            throw refusal();
        } finally {
            waiting.remove(id);
        }
    }

    /** Asks and goes on; cancelling the future, or its running out of time, cancels the request. */
    <T extends @Nullable Object> CompletableFuture<T> begin(
            String method, @Nullable Map<String, ?> params, Function<@Nullable Object, T> reader) {
        CompletableFuture<T> future = new CompletableFuture<>();
        int id;
        try {
            id = send(method, params, new Waiting() {
                @Override
                public void answered(Message.Response response) {
                    later(() -> complete(future, response, reader));
                }

                @Override
                public void ended(ClientException reason) {
                    later(() -> future.completeExceptionally(reason));
                }
            });
        } catch (EdgeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
        future.whenComplete((value, error) -> cancel(id)); // does nothing once the answer is here
        return future;
    }

    /**
     * Ends the session: takes back what waits, closes the store, and ends the engine.
     *
     * <p>INVARIANT: whoever waits is given the engine's word, as long as it comes within the grace: what was done and
     * stored is never said to be refused.
     */
    void close(Duration grace) {
        closed = true;
        long until = System.nanoTime() + grace.toNanos();
        if (ended == null && !grace.isZero() && Thread.currentThread() != hearing) {
            sayFarewell(grace);
        }
        over = true;
        fail(new ClientException.EngineClosed());
        transport.close(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
    }

    /** Takes back what waits, and waits for the word that the store is closed: all that was asked is answered before. */
    private void sayFarewell(Duration grace) {
        Answer answer = new Answer();
        // On a thread of its own: an engine that does not read keeps whoever writes to it waiting.
        Thread saying = new Thread(
                () -> {
                    waiting.forEach((id, one) -> notifyCancelled(id));
                    int id = take(answer);
                    try {
                        transport.send(Frame.request(id, "close", null));
                    } catch (IOException gone) {
                        answer.ended(refusal());
                    }
                },
                "edge-engine-farewell");
        saying.setDaemon(true);
        saying.start();
        try {
            answer.get(grace.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException unanswered) {
            // Nobody is there any more, or it is stuck: what was not answered fails.
        }
    }

    @Override
    public void frame(byte[] frame) {
        hearing = Thread.currentThread();
        try {
            hear(Frame.read(frame));
        } finally {
            hearing = null;
        }
    }

    private void hear(Message message) {
        if (message instanceof Message.Response response) {
            Waiting one = waiting.remove(response.id());
            if (one != null) { // else it was cancelled meanwhile
                one.answered(response);
            }
        } else if (message instanceof Message.Request request) {
            ports.answer(request, this::answer);
        } else if (message instanceof Message.Notification told && told.method().equals("event")) {
            events.accept(told.params());
        }
    }

    @Override
    public void ended(String reason) {
        ended = reason;
        if (!closed) {
            transport.close(Duration.ZERO); // what cannot be understood any more is not left running
        }
        fail(refusal());
        atEnd.run();
    }

    private int send(String method, @Nullable Map<String, ?> params, Waiting one) {
        if (closed || ended != null) {
            throw refusal();
        }
        int id = take(one);
        try {
            transport.send(Frame.request(id, method, params));
        } catch (IOException broken) {
            waiting.remove(id);
            throw closed ? refusal() : new ClientException.EngineGone(endedOr("the engine does not hear any more"));
        } catch (RuntimeException refused) {
            waiting.remove(id);
            throw refused;
        }
        // INVARIANT: nobody waits for an engine that has ended; the end may have come between the check and the entry.
        if ((over || ended != null) && waiting.remove(id) != null) {
            one.ended(refusal());
        }
        return id;
    }

    private int take(Waiting one) {
        while (true) {
            int id = lastId.updateAndGet(last -> last == Integer.MAX_VALUE ? 1 : last + 1);
            if (waiting.putIfAbsent(id, one) == null) {
                return id;
            }
        }
    }

    private void cancel(int id) {
        if (waiting.remove(id) != null) {
            notifyCancelled(id);
        }
    }

    private void notifyCancelled(int id) {
        try {
            transport.send(Frame.notification("cancel", Map.of("id", id)));
        } catch (IOException gone) {
            // There is nothing to cancel any more.
        }
    }

    private void answer(int id, Message.@Nullable Failure failure, @Nullable Object result) {
        try {
            transport.send(Frame.response(id, failure, result));
        } catch (IOException gone) {
            // The engine that asked has ended; whoever waits is told by the reader.
        }
    }

    private void fail(ClientException reason) {
        for (Integer id : waiting.keySet()) {
            Waiting one = waiting.remove(id);
            if (one != null) {
                one.ended(reason);
            }
        }
    }

    private ClientException refusal() {
        return closed ? new ClientException.EngineClosed() : new ClientException.EngineGone(endedOr("the engine has ended"));
    }

    private String endedOr(String sentence) {
        String reason = ended;
        return reason == null ? sentence : reason;
    }

    private void later(Runnable completion) {
        try {
            callbacks.execute(completion);
        } catch (RejectedExecutionException shut) {
            completion.run(); // an executor that was shut must not leave a future undone
        }
    }

    private <T extends @Nullable Object> void complete(
            CompletableFuture<T> future, Message.Response response, Function<@Nullable Object, T> reader) {
        try {
            future.complete(result(response, reader));
        } catch (RuntimeException refused) {
            future.completeExceptionally(refused);
        }
    }

    private <T extends @Nullable Object> T result(Message.Response response, Function<@Nullable Object, T> reader) {
        Message.Failure failure = response.failure();
        if (failure != null) {
            EdgeException refused = EdgeException.of(failure.code(), failure.message(), failure.told());
            boolean asClosed = refused instanceof EdgeException.Cancelled
                    || refused instanceof EdgeException.NotOpen
                    || refused instanceof EdgeException.DoorClosed;
            throw closed && asClosed ? refusal() : refused;
        }
        try {
            return reader.apply(response.result());
        } catch (Malformed malformed) {
            throw new ClientException.NotUnderstood("the engine's answer is not understood: " + malformed.getMessage());
        }
    }

    /** Somebody who waits for an answer. */
    private interface Waiting {
        void answered(Message.Response response);

        void ended(ClientException reason);
    }

    /** An answer that a thread waits for; it wakes nobody else. */
    private static final class Answer extends CompletableFuture<Message.Response> implements Waiting {
        @Override
        public void answered(Message.Response response) {
            complete(response);
        }

        @Override
        public void ended(ClientException reason) {
            completeExceptionally(reason);
        }
    }
}
