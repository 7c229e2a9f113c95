package edgeengine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import edgeengine.client.model.Event;
import edgeengine.client.model.Open;
import edgeengine.client.model.ProgressEvent;
import edgeengine.client.model.Resume;
import edgeengine.client.model.Shown;
import edgeengine.client.model.Transactions;
import edgeengine.client.model.UnknownEvent;
import edgeengine.client.wire.Frame;
import edgeengine.client.wire.Message;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An engine as a newer or a broken one would be. */
@Timeout(20)
class EdgeEngineTest {
    private static final Map<String, Object> GREETING =
            Map.of("abi", 1, "version", "9.9.9", "methods", List.of("ping"), "features", List.of("cancel", "magic"));

    private FakePeer peer;

    @BeforeEach
    void start() throws Exception {
        peer = new FakePeer();
    }

    @AfterEach
    void stop() throws Exception {
        peer.close();
    }

    private static <T> CompletableFuture<T> started(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> new Thread(task).start());
    }

    private EdgeEngine opened(OpenOptions options) throws Exception {
        CompletableFuture<EdgeEngine> opening =
                started(() -> EdgeEngine.over(peer.transport, options));
        Message.Request hello = peer.asked("hello");
        assertEquals(1L, hello.params().get("abi"));
        peer.answer(hello, GREETING);
        peer.answer(peer.asked("open"), Map.of("created", true, "weather", "fine"));
        return opening.get();
    }

    @Test
    void whatIsNewInAnAnswerIsPassedOver() throws Exception {
        try (EdgeEngine engine = opened(OpenOptions.inMemory())) {
            assertEquals("9.9.9", engine.greeting().version());
            assertTrue(engine.created());
        }
    }

    @Test
    void anotherVersionOfTheDoorIsATypedError() throws Exception {
        CompletableFuture<EdgeException> refused = started(() -> assertThrows(
                EdgeException.AbiUnsupported.class, () -> EdgeEngine.over(peer.transport, OpenOptions.inMemory())));
        peer.refuse(peer.asked("hello"), "door.abi", "this engine speaks version 2 of the protocol");
        assertEquals(ErrorCode.DOOR_ABI, refused.get().errorCode());
    }

    @Test
    void anAnswerThatLacksAFieldIsNotUnderstood() throws Exception {
        try (EdgeEngine engine = opened(OpenOptions.inMemory())) {
            CompletableFuture<ClientException> failed = started(
                    () -> assertThrows(ClientException.NotUnderstood.class, engine::transactions));
            peer.answer(peer.asked("transactions"), Map.of("transactions", List.of()));
            assertTrue(String.valueOf(failed.get().getMessage()).contains("total"));
        }
    }

    @Test
    void eventsOfANewerEngineEndNothing() throws Exception {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        try (EdgeEngine engine = opened(OpenOptions.inMemory().events("progress").onEvent(events::add))) {
            peer.say(Frame.notification("event", Map.of("kind", "weather", "rain", true)));
            UnknownEvent newer = assertInstanceOf(UnknownEvent.class, events.take());
            assertEquals("weather", newer.kind());
            assertEquals(true, newer.fields().get("rain"));
            peer.say(Frame.notification("event", Map.of("kind", "progress", "done", "half")));
            peer.say(Frame.notification("weather", Map.of()));
            peer.say(Frame.notification(
                    "event", Map.of("kind", "progress", "id", 3, "done", 10, "total", 20, "added", 1, "duplicates", 0)));
            assertEquals(new ProgressEvent(3, 10, 20, 1, 0), events.take());
            assertEquals(1, engine.eventsDropped());
        }
    }

    @Test
    void aListenerThatIsBehindMissesEventsAndAnswersStillCome() throws Exception {
        Semaphore release = new Semaphore(0);
        OpenOptions options = OpenOptions.inMemory().onEvent(event -> release.acquireUninterruptibly());
        try (EdgeEngine engine = opened(options)) {
            for (int i = 0; i < 2000; i++) {
                peer.say(Frame.notification("event", Map.of("kind", "weather")));
            }
            CompletableFuture<Boolean> pinging = started(() -> {
                engine.ping();
                return true;
            });
            peer.answer(peer.asked("ping"), null);
            assertTrue(pinging.get());
            assertTrue(engine.eventsDropped() > 1000, () -> engine.eventsDropped() + " were dropped");
            release.release(Integer.MAX_VALUE);
        }
    }

    @Test
    void aListenerThatThrowsHearsTheNextAndOneThatEndsHearsNone() throws Exception {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        BlockingQueue<Event> ended = new LinkedBlockingQueue<>();
        List<Throwable> thrown = new java.util.concurrent.CopyOnWriteArrayList<>();
        OpenOptions options = OpenOptions.inMemory()
                .callbacks(task -> {
                    Thread thread = new Thread(task);
                    thread.setUncaughtExceptionHandler((one, error) -> thrown.add(error));
                    thread.start();
                })
                .onEvent(event -> {
                    events.add(event);
                    throw new IllegalStateException("of the listener's own");
                });
        try (EdgeEngine engine = opened(options)) {
            engine.onEvent(ended::add).close();
            peer.say(Frame.notification("event", Map.of("kind", "weather")));
            peer.say(Frame.notification("event", Map.of("kind", "wind")));
            assertEquals("weather", assertInstanceOf(UnknownEvent.class, events.take()).kind());
            assertEquals("wind", assertInstanceOf(UnknownEvent.class, events.take()).kind());
            assertTrue(ended.isEmpty());
        }
        assertFalse(thrown.isEmpty());
    }

    @Test
    void portsAreListedAndServed() throws Exception {
        Map<String, byte[]> keys = new HashMap<>();
        keys.put("me.edge", new byte[] {1, 2, 3});
        OpenOptions options = OpenOptions.store(Path.of("me.edge"))
                .keystore(keys::get)
                .clock(() -> Statement.TODAY)
                .channel("push", suggestion -> {});
        CompletableFuture<EdgeEngine> opening =
                started(() -> EdgeEngine.over(peer.transport, options));
        peer.answer(peer.asked("hello"), GREETING);
        Message.Request open = peer.asked("open");
        assertEquals(List.of("key", "clock", "channel.push"), open.params().get("ports"));
        peer.say(Frame.request(-1, "host.key", Map.of("path", "me.edge")));
        Message.Response key = assertInstanceOf(Message.Response.class, peer.next());
        assertTrue(Arrays.equals(new byte[] {1, 2, 3}, (byte[]) key.result()));
        peer.answer(open, Map.of("created", false));
        opening.get().close();
    }

    @Test
    void requestsThatHoldKeysShowNothing() {
        assertEquals("Open", Open.of().withPassphrase("secret").toString());
        assertEquals("Resume", Resume.of().withPassphrase("secret").toString());
        assertFalse(OpenOptions.inMemory().passphrase("secret").toString().contains("secret"));
    }

    @Test
    void recordsWithBytesAreEqualByTheirBytes() {
        Shown one = new Shown(content(), new byte[] {1}, "d");
        assertEquals(one, new Shown(content(), new byte[] {1}, "d"));
        assertEquals(one.hashCode(), new Shown(content(), new byte[] {1}, "d").hashCode());
        assertFalse(one.equals(new Shown(content(), new byte[] {2}, "d")));
    }

    private static edgeengine.client.model.Content content() {
        return new edgeengine.client.model.Content(1, "r", "k", 2, "t", "engine", "", Map.of(), List.of(), List.of(), 0);
    }

    @Test
    void moneyIsExact() {
        assertEquals(new BigDecimal("-12.50"), Money.of(-1250, "GBP").decimal());
        assertEquals(new BigDecimal("1250"), Money.of(1250, "JPY").decimal());
        assertEquals("0.001 KWD", Money.of(1, "KWD").toString());
    }

    @Test
    void valuesKeepTheirKind() {
        assertEquals(7L, Value.of(7).toWire());
        assertEquals(0.5, Value.of(0.5).toWire());
        assertEquals("y", Value.of("y").toWire());
        assertEquals(new Value.Amount(Money.of(-1250, "GBP")), Value.of(Money.of(-1250, "GBP")));
    }

    @Test
    void withersChangeOneThing() {
        Transactions asked = Transactions.of().withLimit(7).withUntil(java.time.LocalDate.of(2026, 3, 1));
        assertEquals(new Transactions(7, 0, "", "2026-03-01", ""), asked);
        Map<String, @Nullable Object> wire = asked.toWire();
        assertEquals("2026-03-01", wire.get("until"));
    }

    @Test
    void aPeerThatNeverAnswersIsNotStarted() {
        OpenOptions options = OpenOptions.inMemory().startWithin(Duration.ofMillis(50));
        assertThrows(ClientException.NotStarted.class, () -> EdgeEngine.over(peer.transport, options));
    }
}
