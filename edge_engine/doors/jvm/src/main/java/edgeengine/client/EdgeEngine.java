package edgeengine.client;

import edgeengine.client.model.Event;
import edgeengine.client.model.Greeting;
import edgeengine.client.model.Hello;
import edgeengine.client.model.Import;
import edgeengine.client.model.IngestReport;
import edgeengine.client.model.Opened;
import edgeengine.client.model.Resume;
import edgeengine.client.wire.Malformed;
import edgeengine.client.wire.Read;
import edgeengine.client.wire.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An engine with its store open, in a child process or in this one.
 *
 * <pre>{@code
 * try (var engine = EdgeEngine.open(OpenOptions.store(Path.of("me.edge")).passphrase(phrase))) {
 *     engine.consentGrant("insights");
 *     engine.importStatement(Path.of("statement.csv"));
 *     engine.insights().forEach(one -> System.out.println(one.title()));
 * }
 * }</pre>
 *
 * <p>Any thread may call any method. Requests are done one at a time, in the order in which they came. The methods whose
 * names end in {@code Async} do not wait; cancelling their future takes the request back. Everything that goes wrong is
 * an {@link EdgeException}.
 */
public final class EdgeEngine extends Operations implements AutoCloseable {
    /** Version of the protocol that this client speaks. */
    public static final int ABI = 1;

    private static final String CLIENT = "edge-engine-client-jvm";
    private static final String CLIENT_VERSION = "0.1.0";
    private static final int EVENTS_KEPT = 256;

    private final Session session;
    private final HostPorts ports;
    private final Callbacks callbacks;
    private final SubmissionPublisher<Event> events;
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Duration closeWithin;
    private final Greeting greeting;
    private final boolean created;

    private EdgeEngine(Transport transport, OpenOptions options) {
        ports = options.hostPorts();
        callbacks = new Callbacks(options.callbacks());
        events = new SubmissionPublisher<>(callbacks.listeners(), EVENTS_KEPT);
        closeWithin = options.closeWithin();
        session = new Session(transport, callbacks.futures(), ports, this::publish, events::close);
        options.listeners().forEach(this::onEvent);
        try {
            session.start();
            greeting = hello(options.startWithin());
            created = session.ask("open", options.request(), Opened::fromWire).created();
        } catch (RuntimeException refused) {
            end(Duration.ZERO);
            throw refused;
        } finally {
            options.forget();
        }
    }

    /**
     * Starts an engine and opens a store.
     *
     * @param options which store, with which key
     * @return the engine; close it when it is not needed any more
     * @throws ClientException.NotStarted if there is no engine to start
     * @throws EdgeException.VaultError if the store is missing, held by another process, damaged, newer, or the key wrong
     */
    public static EdgeEngine open(OpenOptions options) {
        return new EdgeEngine(options.launch(), options);
    }

    /**
     * Starts an engine and opens a store, without waiting for it.
     *
     * @param options which store, with which key
     * @return the engine, once it is open
     */
    public static CompletableFuture<EdgeEngine> openAsync(OpenOptions options) {
        CompletableFuture<EdgeEngine> opening = new CompletableFuture<>();
        // On a thread of its own: a person may have to be asked for the key meanwhile.
        Thread thread = new Thread(() -> open(options, opening), "edge-engine-opening");
        thread.setDaemon(true);
        thread.start();
        return opening;
    }

    private static void open(OpenOptions options, CompletableFuture<EdgeEngine> opening) {
        try {
            EdgeEngine engine = open(options);
            if (!opening.complete(engine)) {
                engine.close(); // nobody waits for it any more
            }
        } catch (RuntimeException refused) {
            opening.completeExceptionally(refused);
        }
    }

    static EdgeEngine over(Transport transport, OpenOptions options) {
        return new EdgeEngine(transport, options);
    }

    /**
     * Says who answers: the engine's version, what may be asked, what it can.
     *
     * @return as the engine told it
     */
    public Greeting greeting() {
        return greeting;
    }

    /**
     * Says whether the store was made by opening it.
     *
     * @return whether it is new
     */
    public boolean created() {
        return created;
    }

    /** Asks whether the engine is alive; answered at once, whatever it does. */
    public void ping() {
        session.ask("ping", null, Read::nothing);
    }

    /** Closes every file and forgets the key, as an app must before it is put to sleep. */
    public void suspend() {
        session.ask("suspend", null, Read::nothing);
    }

    /** Opens the store again after {@link #suspend()}, with the key as it was had before. */
    public void resume() {
        resume(Resume.of());
    }

    /**
     * Opens the store again after {@link #suspend()}.
     *
     * @param request with a key
     */
    public void resume(Resume request) {
        session.ask("resume", request.toWire(), Read::nothing);
    }

    /**
     * Reads a bank statement or an event file into the store; its format is detected.
     *
     * @param file where it is
     * @return what was done
     */
    public IngestReport importStatement(Path file) {
        return importStatement(Import.of().withPath(file.toString()));
    }

    /**
     * Reads a bank statement or an event file that has no path on this device.
     *
     * @param content its bytes
     * @return what was done
     */
    public IngestReport importStatement(byte[] content) {
        return importStatement(Import.of().withContent(content));
    }

    /**
     * Returns what the engine tells by itself, of the kinds that {@link OpenOptions#events} named.
     *
     * <p>A subscriber that is {@value #EVENTS_KEPT} events behind misses those that come then: they say that there is
     * something new to ask for, and are counted by {@link #eventsDropped()}.
     *
     * @return completes when the engine ends
     */
    public Flow.Publisher<Event> events() {
        return events;
    }

    /**
     * Calls a listener with each event from now on, one after the other; {@link OpenOptions#onEvent} misses none.
     *
     * @param listener what it throws goes to its thread's handler, and the next event comes all the same
     * @return ends it
     */
    public Listening onEvent(Consumer<? super Event> listener) {
        Listener one = new Listener(listener);
        events.subscribe(one);
        return one;
    }

    /**
     * Says how many events subscribers missed, as they were slow or as an event was of a shape that is not known here.
     *
     * @return since the engine was opened
     */
    public long eventsDropped() {
        return dropped.get();
    }

    /**
     * Takes back what waits, closes the store and ends the engine. Closing twice is harmless.
     *
     * <p>What was asked before is answered by the engine: what it had done returns its result, what it took back fails
     * with {@link ClientException.EngineClosed}. So does what it did not answer within {@link OpenOptions#closeWithin}.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            end(closeWithin);
        }
    }

    private void end(Duration grace) {
        session.close(grace);
        ports.close();
        events.close();
        callbacks.close();
    }

    @Override
    <T extends @Nullable Object> T ask(
            String method, @Nullable Map<String, ?> params, Function<@Nullable Object, T> reader) {
        return session.ask(method, params, reader);
    }

    @Override
    <T extends @Nullable Object> CompletableFuture<T> begin(
            String method, @Nullable Map<String, ?> params, Function<@Nullable Object, T> reader) {
        return session.begin(method, params, reader);
    }

    private Greeting hello(Duration within) {
        Map<String, @Nullable Object> hello =
                Hello.of(ABI).withClient(CLIENT).withClientVersion(CLIENT_VERSION).toWire();
        try {
            return session.ask("hello", hello, Greeting::fromWire, within);
        } catch (TimeoutException late) {
            throw new ClientException.NotStarted("the engine did not answer in time");
        } catch (ClientException.EngineGone gone) {
            throw new ClientException.NotStarted("the engine ended before it answered: " + gone.getMessage());
        }
    }

    private void publish(Map<String, @Nullable Object> told) {
        if (events.isClosed() || !events.hasSubscribers()) {
            return;
        }
        try {
            events.offer(Event.fromWire(told), (subscriber, missed) -> {
                dropped.incrementAndGet();
                return false;
            });
        } catch (Malformed newer) {
            dropped.incrementAndGet(); // an event is a hint: one that is not understood ends nothing
        }
    }

    /** What is ended to be told of no more events. */
    @FunctionalInterface
    public interface Listening extends AutoCloseable {
        /** Ends it; an event that is being told may still be. */
        @Override
        void close();
    }

    /** A listener as a subscriber that is never behind by its own choice. */
    private static final class Listener implements Flow.Subscriber<Event>, Listening {
        private final Consumer<? super Event> listener;
        private Flow.@Nullable Subscription subscription;
        private boolean ended;

        Listener(Consumer<? super Event> listener) {
            this.listener = listener;
        }

        @Override
        public synchronized void onSubscribe(Flow.Subscription given) {
            subscription = given;
            if (ended) {
                given.cancel();
            } else {
                given.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(Event event) {
            try {
                listener.accept(event);
            } catch (RuntimeException failed) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, failed);
            }
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}

        @Override
        public synchronized void close() {
            ended = true;
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }
}
