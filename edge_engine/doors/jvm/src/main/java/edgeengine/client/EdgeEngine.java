package edgeengine.client;

import edgeengine.client.model.Event;
import edgeengine.client.model.Greeting;
import edgeengine.client.model.Hello;
import edgeengine.client.model.Import;
import edgeengine.client.model.IngestReport;
import edgeengine.client.model.Opened;
import edgeengine.client.model.Resume;
import edgeengine.client.wire.Read;
import edgeengine.client.wire.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
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
    private final SubmissionPublisher<Event> events;
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Duration closeWithin;
    private final Greeting greeting;
    private final boolean created;

    private EdgeEngine(Transport transport, OpenOptions options) {
        ports = options.hostPorts();
        events = new SubmissionPublisher<>(options.callbacks(), EVENTS_KEPT);
        closeWithin = options.closeWithin();
        session = new Session(transport, options.callbacks(), ports, this::publish, events::close);
        try {
            session.start();
            greeting = hello(options.startWithin());
            created = session.ask("open", options.request(), Opened::fromWire).created();
        } catch (RuntimeException refused) {
            session.close(Duration.ZERO);
            ports.close();
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
        return CompletableFuture.supplyAsync(() -> open(options), options.callbacks());
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
     * Calls a listener with each event, one after the other.
     *
     * @param listener what it throws goes to its thread's handler, and the next event comes all the same
     * @return ends it
     */
    public AutoCloseable onEvent(Consumer<? super Event> listener) {
        Listening listening = new Listening(listener);
        events.subscribe(listening);
        return listening;
    }

    /**
     * Says how many events a slow subscriber missed.
     *
     * @return since the engine was opened
     */
    public long eventsDropped() {
        return dropped.get();
    }

    /** Takes back what waits, closes the store and ends the engine. Closing twice is harmless. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            session.close(closeWithin);
            ports.close();
            events.close();
        }
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
        CompletableFuture<Greeting> answer = session.begin("hello", hello, Greeting::fromWire);
        try {
            return answer.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new ClientException.NotStarted("the engine did not answer in time");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ClientException.Interrupted();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof ClientException.EngineGone gone) {
                throw new ClientException.NotStarted("the engine ended before it answered: " + gone.getMessage());
            }
            throw (RuntimeException) failed.getCause();
        }
    }

    private void publish(Map<String, @Nullable Object> told) {
        if (!events.isClosed() && events.hasSubscribers()) {
            events.offer(Event.fromWire(told), (subscriber, missed) -> {
                dropped.incrementAndGet();
                return false;
            });
        }
    }

    /** A listener as a subscriber that is never behind by its own choice. */
    private static final class Listening implements Flow.Subscriber<Event>, AutoCloseable {
        private final Consumer<? super Event> listener;
        private Flow.@Nullable Subscription subscription;
        private boolean ended;

        Listening(Consumer<? super Event> listener) {
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
