package edgeengine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import edgeengine.client.wire.Frame;
import edgeengine.client.wire.Message;
import edgeengine.client.wire.Read;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SessionTest {
    private final BlockingQueue<Map<String, @Nullable Object>> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();
    private final HostPorts ports = new HostPorts(Map.of(
            "clock.now", params -> "2026-03-01T08:00:00Z",
            "keys.get", params -> {
                throw new IllegalStateException("the person's name is Ada");
            },
            "keys.locked", params -> {
                throw EdgeException.of("vault.key_missing", "the keystore is locked");
            }));
    private FakePeer peer;
    private Session session;

    @BeforeEach
    void start() throws Exception {
        peer = new FakePeer();
        session = new Session(peer.transport, ForkJoinPool.commonPool(), ports, events::add, () -> end.complete(true));
        session.start();
    }

    @AfterEach
    void stop() throws Exception {
        session.close(Duration.ZERO);
        ports.close();
        peer.close();
    }

    private CompletableFuture<String> begin(String method) {
        return session.begin(method, null, Read::text);
    }

    @Test
    void answersOutOfOrderFindWhoAsked() throws Exception {
        CompletableFuture<String> first = begin("first");
        CompletableFuture<String> second = begin("second");
        Message.Request one = peer.asked("first");
        Message.Request two = peer.asked("second");
        peer.answer(two, "2");
        peer.answer(one, "1");
        assertEquals("1", first.get());
        assertEquals("2", second.get());
        assertTrue(one.id() > 0 && two.id() > one.id());
    }

    @Test
    void aRefusalIsTheTypedErrorOfItsCode() throws Exception {
        CompletableFuture<String> asked = begin("transactions");
        peer.refuse(peer.asked("transactions"), "vault.busy", "another process has the store open");
        CompletionException failed = assertThrows(CompletionException.class, asked::join);
        EdgeException.Busy busy = assertInstanceOf(EdgeException.Busy.class, failed.getCause());
        assertEquals("vault.busy", busy.code());
        assertEquals("another process has the store open", busy.getMessage());
    }

    @Test
    void aRefusalForWantOfConsentNamesThePurpose() throws Exception {
        CompletableFuture<String> asked = begin("streams");
        Message.Failure failure = new Message.Failure("consent.denied", "no", Map.of("purpose", "insights"));
        Message.Request request = peer.asked("streams");
        peer.say(Frame.response(request.id(), failure, null));
        CompletionException failed = assertThrows(CompletionException.class, asked::join);
        assertEquals("insights", assertInstanceOf(EdgeException.PurposeDenied.class, failed.getCause()).purpose());
    }

    @Test
    void aCodeOfANewerEngineIsTheNearestErrorThatIsKnownHere() {
        EdgeException newer = EdgeException.of("vault.on_fire", "the store burns");
        assertInstanceOf(EdgeException.VaultError.class, newer);
        assertEquals("vault.on_fire", newer.code());
        assertInstanceOf(EdgeException.class, EdgeException.of("weather", "it rains"));
    }

    @Test
    void cancellingTellsTheEngineAndALateAnswerHurtsNobody() throws Exception {
        CompletableFuture<String> asked = begin("sync");
        Message.Request request = peer.asked("sync");
        assertTrue(asked.cancel(true));
        Message.Notification cancel = assertInstanceOf(Message.Notification.class, peer.next());
        assertEquals("cancel", cancel.method());
        assertEquals((long) request.id(), cancel.params().get("id"));
        peer.answer(request, "too late");
        CompletableFuture<String> next = begin("next");
        peer.answer(peer.asked("next"), "here");
        assertEquals("here", next.get());
        assertTrue(asked.isCancelled());
    }

    @Test
    void runningOutOfTimeCancelsToo() throws Exception {
        CompletableFuture<String> asked = begin("sync").orTimeout(1, TimeUnit.MILLISECONDS);
        peer.asked("sync");
        assertInstanceOf(Message.Notification.class, peer.next());
        assertInstanceOf(TimeoutException.class, assertThrows(CompletionException.class, asked::join).getCause());
    }

    @Test
    void anAnswerIsNotCancelledAfterwards() throws Exception {
        CompletableFuture<String> asked = begin("first");
        peer.answer(peer.asked("first"), "1");
        asked.get();
        begin("second");
        peer.asked("second"); // and not a notification that cancels the first
    }

    @Test
    void anInterruptedThreadCancelsAndKeepsItsFlag() throws Exception {
        CompletableFuture<Boolean> flagged = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            assertThrows(ClientException.Interrupted.class, () -> session.ask("sync", null, Read::text));
            flagged.complete(Thread.currentThread().isInterrupted());
        });
        waiting.start();
        peer.asked("sync");
        // Amid the writing it would close this test's pipe, which is of a kind that interrupts close.
        while (waiting.getState() != Thread.State.WAITING && waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        waiting.interrupt();
        assertEquals("cancel", assertInstanceOf(Message.Notification.class, peer.next()).method());
        assertTrue(flagged.get());
    }

    @Test
    void theDeathOfTheEngineFailsAllThatWaitsAndAllThatComes() throws Exception {
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(begin("transactions"));
        }
        peer.asked("transactions");
        peer.close();
        for (CompletableFuture<String> one : waiting) {
            CompletionException failed = assertThrows(CompletionException.class, one::join);
            assertInstanceOf(ClientException.EngineGone.class, failed.getCause());
        }
        assertThrows(ClientException.EngineGone.class, () -> session.ask("transactions", null, Read::text));
        assertTrue(end.get());
    }

    @Test
    void closingFailsWhatWaits() throws Exception {
        CompletableFuture<String> asked = begin("sync");
        peer.asked("sync");
        session.close(Duration.ZERO);
        assertInstanceOf(
                ClientException.EngineClosed.class, assertThrows(CompletionException.class, asked::join).getCause());
        assertThrows(ClientException.EngineClosed.class, () -> session.ask("sync", null, Read::text));
    }

    @Test
    void closingGivesTheEnginesWordForWhatItHadBegun() throws Exception {
        CompletableFuture<String> done = begin("consent.grant");
        CompletableFuture<String> dropped = begin("sync");
        CompletableFuture<String> silent = begin("deliver");
        Message.Request grant = peer.asked("consent.grant");
        Message.Request sync = peer.asked("sync");
        peer.asked("deliver");
        CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(
                () -> {
                    session.close(Duration.ofSeconds(10));
                    return true;
                },
                task -> new Thread(task).start());
        for (int i = 0; i < 3; i++) {
            assertEquals("cancel", assertInstanceOf(Message.Notification.class, peer.next()).method());
        }
        Message.Request close = peer.asked("close");
        assertFalse(done.isDone());
        assertThrows(ClientException.EngineClosed.class, () -> session.ask("sync", null, Read::text));
        peer.refuse(sync, "cancelled", "the request was taken back");
        peer.answer(grant, "stored");
        peer.answer(close, null);
        assertTrue(closing.get());
        assertEquals("stored", done.get());
        for (CompletableFuture<String> one : List.of(dropped, silent)) {
            assertInstanceOf(
                    ClientException.EngineClosed.class, assertThrows(CompletionException.class, one::join).getCause());
        }
    }

    @Test
    void closingDoesNotWaitForAnEngineThatIsStuck() throws Exception {
        CompletableFuture<String> asked = begin("sync");
        peer.asked("sync");
        session.close(Duration.ofMillis(50));
        assertInstanceOf(
                ClientException.EngineClosed.class, assertThrows(CompletionException.class, asked::join).getCause());
    }

    @Test
    void bytesThatAreNoFrameEndTheSession() throws Exception {
        CompletableFuture<String> asked = begin("first");
        peer.say(new byte[] {(byte) 0xc1, 0, 0});
        assertInstanceOf(
                ClientException.EngineGone.class, assertThrows(CompletionException.class, asked::join).getCause());
    }

    @Test
    void anImpossibleLengthEndsTheSessionBeforeMemoryIsAsked() throws Exception {
        CompletableFuture<String> asked = begin("first");
        peer.raw(new byte[] {-1, -1, -1, 127});
        assertInstanceOf(
                ClientException.EngineGone.class, assertThrows(CompletionException.class, asked::join).getCause());
    }

    @Test
    void anAnswerOfAnotherKindIsNotUnderstoodAndTheSessionGoesOn() throws Exception {
        CompletableFuture<String> asked = begin("first");
        peer.answer(peer.asked("first"), 7);
        assertInstanceOf(
                ClientException.NotUnderstood.class, assertThrows(CompletionException.class, asked::join).getCause());
        CompletableFuture<String> next = begin("second");
        peer.answer(peer.asked("second"), "fine");
        assertEquals("fine", next.get());
    }

    @Test
    void eventsComeInTheirOrder() throws Exception {
        for (int i = 0; i < 10; i++) {
            peer.say(Frame.notification("event", Map.of("kind", "progress", "done", i)));
        }
        for (long i = 0; i < 10; i++) {
            assertEquals(i, events.take().get("done"));
        }
    }

    @Test
    void theHostServesItsPorts() throws Exception {
        peer.say(Frame.request(-1, "clock.now", Map.of()));
        Message.Response answer = assertInstanceOf(Message.Response.class, peer.next());
        assertEquals(-1, answer.id());
        assertEquals("2026-03-01T08:00:00Z", answer.result());
    }

    @Test
    void anErrorOfAPortDoesNotTellWhatItSays() throws Exception {
        peer.say(Frame.request(-2, "keys.get", Map.of()));
        Message.Response answer = assertInstanceOf(Message.Response.class, peer.next());
        Message.Failure failure = answer.failure();
        assertFalse(failure == null || failure.message().contains("Ada"));
        peer.say(Frame.request(-3, "keys.locked", Map.of()));
        answer = assertInstanceOf(Message.Response.class, peer.next());
        assertEquals(new Message.Failure("vault.key_missing", "the keystore is locked"), answer.failure());
        peer.say(Frame.request(-4, "weather.now", Map.of()));
        answer = assertInstanceOf(Message.Response.class, peer.next());
        assertFalse(answer.failure() == null);
    }

    @Test
    void aCallbackMayAskAgain() throws Exception {
        CompletableFuture<String> asked = begin("first").thenApply(one -> session.ask("second", null, Read::text));
        peer.answer(peer.asked("first"), "1");
        peer.answer(peer.asked("second"), "2");
        assertEquals("2", asked.get());
    }
}
