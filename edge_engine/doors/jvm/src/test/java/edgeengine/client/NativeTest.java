package edgeengine.client;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** An engine inside this process: {@code -Dedge.engine.library=} the file {@code libedge_engine}. */
@EnabledIfSystemProperty(named = "edge.engine.library", matches = ".+")
class NativeTest extends EngineContract {
    @Override
    OpenOptions placed(OpenOptions options) {
        return options.inProcess(Path.of(System.getProperty("edge.engine.library")));
    }

    @Test
    void aLibraryThatIsMissingOrAnotherOneIsNotStarted() {
        assertThrows(
                ClientException.NotStarted.class,
                () -> EdgeEngine.open(OpenOptions.inMemory().inProcess(Path.of("/nowhere/libedge_engine.so"))));
    }
}
