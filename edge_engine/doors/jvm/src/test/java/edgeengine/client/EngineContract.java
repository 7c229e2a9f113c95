package edgeengine.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import edgeengine.client.model.ConsentEvent;
import edgeengine.client.model.DecideReview;
import edgeengine.client.model.Decision;
import edgeengine.client.model.DecisionEvent;
import edgeengine.client.model.Event;
import edgeengine.client.model.FeesPaid;
import edgeengine.client.model.Import;
import edgeengine.client.model.IngestReport;
import edgeengine.client.model.Insight;
import edgeengine.client.model.MomentEvent;
import edgeengine.client.model.PriceRise;
import edgeengine.client.model.ProgressEvent;
import edgeengine.client.model.ProposeReview;
import edgeengine.client.model.PurposeState;
import edgeengine.client.model.ReviewFact;
import edgeengine.client.model.ReviewView;
import edgeengine.client.model.SetTrait;
import edgeengine.client.model.Shown;
import edgeengine.client.model.StartWorkflow;
import edgeengine.client.model.Stream;
import edgeengine.client.model.Suggestion;
import edgeengine.client.model.TransactionPage;
import edgeengine.client.model.TransactionView;
import edgeengine.client.model.Transactions;
import edgeengine.client.wire.Read;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What holds of a real engine, wherever it runs. */
@Timeout(120)
abstract class EngineContract {
    @TempDir
    Path folder;

    /** Returns the options with the place where the engine runs. */
    abstract OpenOptions placed(OpenOptions options);

    private OpenOptions inMemory() {
        return placed(OpenOptions.inMemory().fixedClock(Statement.TODAY).seed(6));
    }

    private OpenOptions store() {
        return placed(OpenOptions.store(folder.resolve("me.edge")).fixedClock(Statement.TODAY));
    }

    static void agree(EdgeEngine engine, String... purposes) {
        for (String purpose : purposes) {
            engine.consentGrant(purpose);
        }
    }

    @Test
    void aWorkflowIsBegunWithItsFields() {
        try (EdgeEngine engine = EdgeEngine.open(inMemory())) {
            agree(engine, "insights");
            Map<String, Value> fields = new HashMap<>();
            fields.put("bill", Value.of("rent"));
            fields.put("day", Value.of("2026-07-01"));
            fields.put("amount", new Value.Whole(95_000));
            fields.put("currency", Value.of("GBP"));
            StartWorkflow asked = StartWorkflow.of("bill_reminder", "rent").withFields(fields);
            assertEquals("running", engine.workflowsStart(asked).state());
        }
    }

    @Test
    void bytesThatAreNoneAreAnEmptyFile() {
        try (EdgeEngine engine = EdgeEngine.open(inMemory())) {
            EdgeException refused = assertThrows(EdgeException.class, () -> engine.importStatement(new byte[0]));
            assertEquals("feed.file_refused", refused.code());
            assertThrows(EdgeException.class, () -> engine.importStatement(folder.resolve("none.csv")));
        }
    }

    @Test
    void aReviewIsProposedAndDecidedOnExactlyWhatWasShown() {
        try (EdgeEngine engine = EdgeEngine.open(inMemory())) {
            agree(engine, "automatic_saving");
            Map<String, Value> terms = new HashMap<>();
            terms.put("from_account", Value.of("A"));
            terms.put("to_account", Value.of("B"));
            terms.put("currency", Value.of("GBP"));
            terms.put("unit", new Value.Whole(100));
            terms.put("per_purchase", new Value.Whole(99));
            terms.put("per_week", new Value.Whole(1000));
            terms.put("floor", new Value.Whole(0));
            ReviewFact income = ReviewFact.of(
                    "income", "pd:Income", List.of("automatic_saving"), new Value.Amount(Money.of(240_000, "GBP")));
            ReviewView made = engine.reviewsPropose(
                    ProposeReview.of("round_up_saving", terms).withEvidence(List.of(income)));
            assertEquals("pending", made.state());
            Shown shown = engine.reviewsShow(made.id());
            assertEquals(income.value(), shown.content().evidence().get(0).value());
            ReviewView approved = engine.reviewsApprove(DecideReview.of(made.id()).withSeen(shown.digest()));
            assertEquals("approved", approved.state());
        }
    }

    @Test
    void aStatementBecomesInsightsAndADecision() {
        try (EdgeEngine engine = EdgeEngine.open(inMemory())) {
            assertTrue(engine.created());
            assertEquals(EdgeEngine.ABI, engine.greeting().abi());
            agree(engine, "categorization", "insights", "recommendations");
            IngestReport report = engine.importStatement(
                    Import.of().withContent(Statement.twoYears()).withCurrency("GBP"));
            assertEquals(Statement.ROWS, report.added());
            assertEquals(List.of(), report.rejected());

            TransactionPage page = engine.transactions(
                    Transactions.of().withLimit(1000).withSince(LocalDate.of(2026, 2, 1)));
            assertEquals(8, page.total());
            TransactionView salary = page.transactions().stream()
                    .filter(one -> one.amount().minor() > 0)
                    .findFirst()
                    .orElseThrow();
            assertEquals(Money.of(250_000, "GBP"), salary.amount());
            assertEquals(LocalDate.of(2026, 2, 2), salary.date());

            List<Stream> streams = engine.streams();
            assertTrue(streams.size() >= 3, streams::toString);
            List<Insight> insights = engine.insights();
            assertTrue(
                    insights.stream().anyMatch(one -> one.message() instanceof PriceRise rise
                            && rise.newValue().equals(Money.of(1399, "GBP"))),
                    insights::toString);
            assertTrue(insights.stream().anyMatch(one -> one.message() instanceof FeesPaid), insights::toString);

            Decision decision = engine.decide();
            assertFalse(decision.trace().steps().isEmpty());
            assertEquals(Statement.TODAY, decision.at());
            assertEquals(decision.id(), engine.decision(decision.id()).id());
        }
    }

    @Test
    void withoutConsentThereIsATypedRefusal() {
        try (EdgeEngine engine = EdgeEngine.open(inMemory())) {
            EdgeException.PurposeDenied denied =
                    assertThrows(EdgeException.PurposeDenied.class, engine::insights);
            assertEquals(ErrorCode.CONSENT_DENIED, denied.errorCode());
            CompletionException later =
                    assertThrows(CompletionException.class, () -> engine.insightsAsync().join());
            assertInstanceOf(EdgeException.ConsentError.class, later.getCause());
            List<PurposeState> state = engine.consentState();
            assertTrue(state.stream().anyMatch(one -> one.purpose().equals("insights") && !one.granted()));
        }
    }

    @Test
    void everyAnswerThatNeedsNoArgumentsIsUnderstood() {
        try (EdgeEngine engine = EdgeEngine.open(inMemory())) {
            engine.consentState().stream()
                    .filter(one -> !one.granted())
                    .forEach(one -> engine.consentGrant(one.purpose()));
            engine.importStatement(Statement.twoYears());
            engine.accounts();
            engine.transactions();
            engine.spending();
            engine.streams();
            engine.insights();
            engine.moments();
            engine.profile();
            engine.decide();
            engine.feed();
            engine.decisions();
            engine.forecast();
            engine.forecastCoverage();
            engine.life();
            engine.appetite();
            engine.reviews();
            engine.reviewsPending();
            engine.reviewsRates();
            engine.workflows();
            engine.consentState();
            engine.consentHistory();
            engine.signals();
            engine.signalsPreview();
            engine.signalsSent();
            engine.signalsBudget();
            engine.signalsDropped();
            engine.doctor();
            engine.models();
            assertFalse(engine.consentReceipt("insights").isEmpty());
            assertFalse(engine.modelsCard("categorizer").isEmpty());
            assertTrue(engine.categorize(List.of("TESCO STORES 3297")).get(0).confidence() > 0);
            engine.profileSet(SetTrait.of("household_size", Value.of(2)));
        } catch (EdgeException.InputError unknownTrait) {
            // No such trait: the request was understood all the same.
            assertEquals("input", unknownTrait.code());
        }
    }

    @Test
    void aStoreOpensWithItsPassphraseAlone() {
        try (EdgeEngine engine = EdgeEngine.open(store().passphrase("correct horse"))) {
            assertTrue(engine.created());
            engine.importStatement(Statement.twoYears());
        }
        assertThrows(
                EdgeException.KeyWrong.class, () -> EdgeEngine.open(store().passphrase("incorrect horse")));
        try (EdgeEngine engine = EdgeEngine.open(store().passphrase("correct horse"))) {
            assertFalse(engine.created());
            assertEquals(Statement.ROWS, engine.transactions().total());
        }
    }

    @Test
    void theKeyMayComeFromTheAppsKeystore() {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 7);
        List<byte[]> given = new ArrayList<>();
        AtomicInteger asked = new AtomicInteger();
        try (EdgeEngine engine = EdgeEngine.open(store().keystore(path -> {
            asked.incrementAndGet();
            given.add(key.clone());
            return given.get(given.size() - 1);
        }))) {
            assertTrue(asked.get() > 0);
            engine.suspend();
            assertThrows(EdgeException.Suspended.class, engine::transactions);
            int before = asked.get();
            engine.resume();
            assertTrue(asked.get() > before);
            assertEquals(0, engine.transactions().total());
        }
        assertArrayEquals(new byte[32], given.get(0)); // overwritten once the engine was told
        assertThrows(EdgeException.class, () -> EdgeEngine.open(store().keystore(path -> {
            throw new IllegalStateException("locked");
        })));
        try (EdgeEngine engine = EdgeEngine.open(store().key(key))) {
            assertFalse(engine.created());
        }
    }

    @Test
    void theAppsClockIsAsked() {
        List<Instant> times = new ArrayList<>(List.of(Statement.TODAY));
        OpenOptions options = placed(OpenOptions.inMemory().clock(() -> times.get(times.size() - 1)));
        try (EdgeEngine engine = EdgeEngine.open(options)) {
            agree(engine, "recommendations", "insights");
            times.add(Instant.parse("2026-04-02T10:00:00Z"));
            assertEquals(
                    LocalDate.of(2026, 4, 2),
                    engine.decide().at().atOffset(java.time.ZoneOffset.UTC).toLocalDate());
        }
    }

    @Test
    void channelsOfTheAppShowSuggestions() {
        BlockingQueue<Suggestion> shown = new LinkedBlockingQueue<>();
        try (EdgeEngine engine = EdgeEngine.open(inMemory().channel("push", shown::add))) {
            agree(engine, "categorization", "insights", "recommendations", "outreach");
            engine.importStatement(Statement.twoYears());
            Decision decision = engine.decide("push");
            if (decision.suggestion() == null) {
                assertEquals(List.of(), List.copyOf(shown), decision.because());
            } else {
                assertEquals(decision.id(), shown.remove().id());
            }
        }
    }

    @Test
    void eventsTellWhatIsNew() throws Exception {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        try (EdgeEngine engine =
                EdgeEngine.open(inMemory().events("moment", "decision", "progress").onEvent(events::add))) {
            agree(engine, "categorization", "insights", "recommendations");
            engine.importStatement(Statement.twoYears());
            engine.decide();
            boolean moment = false;
            boolean decision = false;
            while (!(moment && decision)) {
                Event event = events.poll(60, TimeUnit.SECONDS);
                assertTrue(event != null, "no event came");
                moment |= event instanceof MomentEvent;
                decision |= event instanceof DecisionEvent;
            }
            assertEquals(0, engine.eventsDropped());
        }
    }

    @Test
    void aLongImportTellsItsProgressAndCanBeTakenBack() throws Exception {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        try (EdgeEngine engine = EdgeEngine.open(inMemory().events("progress").onEvent(events::add))) {
            CompletableFuture<IngestReport> importing =
                    engine.importStatementAsync(Import.of().withContent(Statement.ofRows(60_000)));
            assertInstanceOf(ProgressEvent.class, events.poll(60, TimeUnit.SECONDS));
            assertTrue(importing.cancel(true));
            long kept = engine.transactions().total();
            assertTrue(kept < 60_000, () -> kept + " transactions were imported");
        }
    }

    @Test
    void whatWaitsCanBeTakenBack() {
        try (EdgeEngine engine = EdgeEngine.open(inMemory())) {
            CompletableFuture<IngestReport> running =
                    engine.importStatementAsync(Import.of().withContent(Statement.ofRows(5_000)));
            CompletableFuture<IngestReport> waiting =
                    engine.importStatementAsync(Import.of().withContent(Statement.twoYears()));
            assertTrue(waiting.cancel(true));
            assertEquals(5_000, running.join().added());
            assertEquals(5_000, engine.transactions().total());
        }
    }

    @Test
    void manyRequestsAreUnderWayAtOnce() {
        try (EdgeEngine engine = EdgeEngine.open(inMemory())) {
            engine.importStatement(Statement.twoYears());
            List<CompletableFuture<TransactionPage>> pages = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                pages.add(engine.transactionsAsync(Transactions.of().withLimit(1).withOffset(i % Statement.ROWS)));
            }
            pages.forEach(page -> assertEquals(Statement.ROWS, page.join().total()));
        }
    }

    @Test
    void eightThreadsGetTheirOwnAnswers() throws Exception {
        try (EdgeEngine engine = EdgeEngine.open(inMemory())) {
            engine.importStatement(Statement.twoYears());
            List<Long> ids = engine.transactions(Transactions.of().withLimit(1000)).transactions().stream()
                    .map(TransactionView::id)
                    .toList();
            AtomicInteger wrong = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int first = t;
                Thread thread = new Thread(() -> {
                    for (int i = first; i < 200; i++) {
                        int at = i % ids.size();
                        TransactionPage page = engine.transactions(Transactions.of().withLimit(1).withOffset(at));
                        if (page.transactions().get(0).id() != ids.get(at)) {
                            wrong.incrementAndGet();
                        }
                        engine.ping();
                    }
                });
                thread.setUncaughtExceptionHandler((one, error) -> wrong.incrementAndGet());
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(0, wrong.get());
        }
    }

    @Test
    void closingIsHarmlessTwiceAndEndsWhatWaits() {
        EdgeEngine engine = EdgeEngine.open(inMemory());
        CompletableFuture<IngestReport> importing =
                engine.importStatementAsync(Import.of().withContent(Statement.ofRows(60_000)));
        engine.close();
        engine.close();
        assertThrows(CompletionException.class, importing::join);
        assertThrows(ClientException.EngineClosed.class, engine::ping);
        assertInstanceOf(
                ClientException.EngineClosed.class,
                assertThrows(CompletionException.class, () -> engine.accountsAsync().join()).getCause());
    }

    @Test
    void whatClosingFoundDoneIsNotSaidToBeRefused() {
        for (int round = 0; round < 5; round++) {
            Path place = folder.resolve("me" + round);
            List<CompletableFuture<ConsentEvent>> granting = new ArrayList<>();
            try (EdgeEngine engine = EdgeEngine.open(placed(OpenOptions.store(place).key(new byte[32])))) {
                for (String purpose : List.of("categorization", "insights", "recommendations", "personalization")) {
                    granting.add(engine.consentGrantAsync(purpose));
                }
            }
            long told = granting.stream().filter(one -> !one.isCompletedExceptionally()).count();
            try (EdgeEngine engine = EdgeEngine.open(placed(OpenOptions.store(place).key(new byte[32])))) {
                assertEquals(told, engine.consentHistory().size());
            }
        }
    }

    @Test
    void openingNeedsNotWait() throws Exception {
        List<CompletableFuture<EdgeEngine>> opening = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            opening.add(EdgeEngine.openAsync(inMemory()));
        }
        for (CompletableFuture<EdgeEngine> one : opening) {
            try (EdgeEngine engine = one.get(60, TimeUnit.SECONDS)) {
                engine.ping();
            }
        }
        CompletionException refused = assertThrows(
                CompletionException.class,
                () -> EdgeEngine.openAsync(store().passphrase("x").create(false)).join());
        assertInstanceOf(EdgeException.StoreMissing.class, refused.getCause());
    }

    @Test
    void closingFreesAThreadThatWaits() throws Exception {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        EdgeEngine engine = EdgeEngine.open(inMemory().events("progress").onEvent(events::add));
        CompletableFuture<Boolean> freed = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            assertThrows(
                    ClientException.EngineClosed.class, () -> engine.importStatement(Statement.ofRows(60_000)));
            freed.complete(true);
        });
        waiting.start();
        assertInstanceOf(ProgressEvent.class, events.poll(60, TimeUnit.SECONDS));
        engine.close();
        assertTrue(freed.get(60, TimeUnit.SECONDS));
    }

    @Test
    void theGoldenVectorsAreAnsweredLikeEverywhere() throws Exception {
        assumeTrue(Vectors.arePresent(), "the vectors are in the engine's own checkout");
        Vectors vectors = new Vectors(folder);
        HostPorts ports = new HostPorts(vectors.host());
        Session session = new Session(
                placed(OpenOptions.inMemory()).launch(), ForkJoinPool.commonPool(), ports, event -> {}, () -> {});
        session.start();
        List<String> differences = new ArrayList<>();
        int read = 0;
        for (JsonObject step : vectors.steps()) {
            String method = step.get("method").getAsString();
            JsonObject expected = new JsonObject();
            JsonObject found = new JsonObject();
            List.of("result", "error").stream().filter(step::has).forEach(one -> expected.add(one, step.get(one)));
            try {
                Object result = session.ask(method, vectors.params(step), Read::plain);
                found.add("result", Vectors.json(result));
                vectors.keep(step, found.get("result"));
                read += typed(method, result);
            } catch (EdgeException refused) {
                JsonObject error = new JsonObject();
                error.addProperty("code", refused.code());
                error.addProperty("message", refused.getMessage());
                found.add("error", error);
                assertEquals(refused.code(), refused.errorCode().code()); // every code has a class here
            }
            Vectors.compare(expected, found, method, differences);
        }
        session.close(Duration.ofSeconds(10));
        ports.close();
        assertEquals(List.of(), differences);
        assertTrue(read > 40, read + " answers were read as their types");
    }

    /** Reads an answer as the type that its method has in Java; returns whether the method is an operation. */
    private static int typed(String method, @Nullable Object result) throws Exception {
        String name = method.equals("import") ? "importStatement" : method;
        for (int at = name.indexOf('.'); at >= 0; at = name.indexOf('.')) {
            name = name.substring(0, at) + Character.toUpperCase(name.charAt(at + 1)) + name.substring(at + 2);
        }
        for (int at = name.indexOf('_'); at >= 0; at = name.indexOf('_')) {
            name = name.substring(0, at) + Character.toUpperCase(name.charAt(at + 1)) + name.substring(at + 2);
        }
        for (Method one : Operations.class.getMethods()) {
            if (one.getName().equals(name)) {
                Type type = one.getGenericReturnType();
                if (type instanceof ParameterizedType list && result instanceof List<?> items) {
                    for (Object item : items) {
                        fromWire(list.getActualTypeArguments()[0], item);
                    }
                } else {
                    fromWire(type, result);
                }
                return 1;
            }
        }
        return 0;
    }

    private static void fromWire(Type type, @Nullable Object value) throws Exception {
        if (type instanceof Class<?> known && known.isRecord()) {
            assertInstanceOf(known, known.getMethod("fromWire", Object.class).invoke(null, value));
        }
    }

    @Test
    void optionsAreUsedOnce() {
        OpenOptions options = inMemory();
        EdgeEngine.open(options).close();
        assertThrows(IllegalStateException.class, () -> EdgeEngine.open(options));
    }
}
