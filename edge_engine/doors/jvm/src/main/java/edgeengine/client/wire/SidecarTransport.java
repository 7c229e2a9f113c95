package edgeengine.client.wire;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The engine as a child process that speaks over its standard input and output. */
public final class SidecarTransport extends StreamTransport {
    private static final long LAST_WORDS_MILLIS = 500;

    private final Process process;

    private SidecarTransport(Process process) {
        super(new BufferedInputStream(process.getInputStream(), 1 << 16), process.getOutputStream());
        this.process = process;
    }

    /**
     * Starts the sidecar.
     *
     * @param command the program and its arguments
     * @param environment what is set beside this process's environment
     * @param errors where its standard error goes
     * @return the transport, not started yet
     * @throws IOException if there is no such program
     */
    public static SidecarTransport launch(List<String> command, Map<String, String> environment, ProcessBuilder.Redirect errors)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors);
        builder.environment().putAll(environment);
        return new SidecarTransport(builder.start());
    }

    /** Returns the process, for those who watch it. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    @Override
    public void close(Duration grace) {
        // The end of its input ends the sidecar. On a thread of its own: closing waits for a writer that a stuck
        // sidecar keeps waiting, and only killing the sidecar frees both.
        Thread closing = new Thread(() -> super.close(grace), "edge-engine-closing");
        closing.setDaemon(true);
        closing.start();
        if (!ended(grace.toMillis())) {
            process.destroyForcibly();
            ended(LAST_WORDS_MILLIS);
        }
    }

    @Override
    protected String reason() {
        return ended(LAST_WORDS_MILLIS)
                ? "the engine's process ended with status " + process.exitValue()
                : "the engine's process closed its output";
    }

    private boolean ended(long millis) {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }
}
