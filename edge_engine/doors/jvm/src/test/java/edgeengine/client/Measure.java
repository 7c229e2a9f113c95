package edgeengine.client;

import edgeengine.client.model.Transactions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Measures a door and prints one JSON object: {@code Measure sidecar PROGRAM} or {@code Measure library FILE}. */
final class Measure {
    private static final int WARM = 20_000;
    private static final int CALLS = 20_000;
    private static final int PIPELINED = 500;

    private Measure() {}

    public static void main(String[] arguments) {
        long begun = System.nanoTime();
        OpenOptions options = OpenOptions.inMemory();
        if (arguments[0].equals("library")) {
            options.inProcess(Path.of(arguments[1]));
        } else {
            options.sidecar(arguments[1], "serve");
        }
        try (EdgeEngine engine = EdgeEngine.open(options)) {
            double open = (System.nanoTime() - begun) / 1e6;
            double[] nil = microseconds(engine::ping, WARM, CALLS);
            Transactions one = Transactions.of().withLimit(1);
            double[] read = microseconds(() -> engine.transactions(one), 300, 1000);
            double[] many = microseconds(() -> pipelined(engine, one), 3, 10);
            System.out.printf(
                    Locale.ROOT,
                    "{\"open_ms\": %.1f, \"nil_p50_us\": %.2f, \"nil_p99_us\": %.2f, \"read_p50_us\": %.1f,"
                            + " \"pipelined_read_us\": %.1f}%n",
                    open, nil[0], nil[1], read[0], many[0] / PIPELINED);
        }
    }

    private static void pipelined(EdgeEngine engine, Transactions one) {
        CompletableFuture<?>[] pages = new CompletableFuture<?>[PIPELINED];
        Arrays.setAll(pages, i -> engine.transactionsAsync(one));
        CompletableFuture.allOf(pages).join();
    }

    /** Returns the median and the 99th of a hundred. */
    private static double[] microseconds(Runnable call, int warm, int calls) {
        for (int i = 0; i < warm; i++) {
            call.run();
        }
        double[] took = new double[calls];
        for (int i = 0; i < calls; i++) {
            long before = System.nanoTime();
            call.run();
            took[i] = (System.nanoTime() - before) / 1e3;
        }
        Arrays.sort(took);
        return new double[] {took[calls / 2], took[calls * 99 / 100]};
    }
}
