package edgeengine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import edgeengine.client.model.IngestReport;
import edgeengine.client.model.Import;
import edgeengine.client.wire.SidecarTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A real sidecar: {@code -Dedge.engine.command=} the program. */
@EnabledIfSystemProperty(named = "edge.engine.command", matches = ".+")
class SidecarTest extends EngineContract {
    private static String program() {
        return System.getProperty("edge.engine.command");
    }

    @Override
    OpenOptions placed(OpenOptions options) {
        return options.sidecar(program(), "serve");
    }

    private static SidecarTransport launch() throws IOException {
        return SidecarTransport.launch(List.of(program(), "serve"), Map.of(), ProcessBuilder.Redirect.DISCARD);
    }

    @Test
    void theDeathOfTheSidecarIsATypedError() throws Exception {
        SidecarTransport transport = launch();
        try (EdgeEngine engine = EdgeEngine.over(transport, OpenOptions.inMemory())) {
            CompletableFuture<IngestReport> importing =
                    engine.importStatementAsync(Import.of().withContent(Statement.ofRows(60_000)));
            transport.process().destroyForcibly();
            CompletionException failed = assertThrows(CompletionException.class, importing::join);
            ClientException.EngineGone gone = assertInstanceOf(ClientException.EngineGone.class, failed.getCause());
            assertEquals("client.engine_gone", gone.code());
            assertTrue(String.valueOf(gone.getMessage()).contains("137"), gone.getMessage());
            assertThrows(ClientException.EngineGone.class, engine::ping);
        }
    }

    @Test
    void closingLeavesNoProcessBehind() throws Exception {
        SidecarTransport transport = launch();
        ProcessHandle process = transport.process();
        EdgeEngine engine = EdgeEngine.over(transport, OpenOptions.inMemory());
        assertTrue(process.isAlive());
        engine.close();
        assertFalse(process.isAlive());
    }

    @Test
    void aSidecarThatRefusesToOpenIsEnded() throws Exception {
        SidecarTransport transport = launch();
        ProcessHandle process = transport.process();
        assertThrows(
                EdgeException.InputError.class,
                () -> EdgeEngine.over(transport, OpenOptions.store(java.nio.file.Path.of("keyless.edge"))));
        process.onExit().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aSidecarThatDoesNotReadIsEndedAndWhoWritesIsFreed() throws Exception {
        SidecarTransport transport =
                SidecarTransport.launch(List.of("sleep", "60"), Map.of(), ProcessBuilder.Redirect.DISCARD);
        CompletableFuture<Throwable> freed = new CompletableFuture<>();
        Thread writing = new Thread(() -> freed.complete(
                assertThrows(IOException.class, () -> transport.send(new byte[1 << 20]))));
        writing.start();
        transport.close(Duration.ofMillis(100));
        assertInstanceOf(IOException.class, freed.get(20, TimeUnit.SECONDS));
        assertFalse(transport.process().isAlive());
    }

    @Test
    void aProgramThatIsMissingOrMuteIsNotStarted() {
        assertThrows(
                ClientException.NotStarted.class,
                () -> EdgeEngine.open(OpenOptions.inMemory().sidecar("/nowhere/edge-engine", "serve")));
        assertThrows(
                ClientException.NotStarted.class,
                () -> EdgeEngine.open(OpenOptions.inMemory().sidecar("true")));
        assertThrows(
                ClientException.NotStarted.class,
                () -> EdgeEngine.open(
                        OpenOptions.inMemory().sidecar("sleep", "60").startWithin(Duration.ofMillis(200))));
    }
}
