import edgeengine.client.EdgeEngine;
import edgeengine.client.EdgeException;
import edgeengine.client.OpenOptions;
import edgeengine.client.model.Decision;
import edgeengine.client.model.Import;
import edgeengine.client.model.IngestReport;
import edgeengine.client.model.Insight;
import edgeengine.client.model.Suggestion;
import java.nio.file.Path;

/** Opens a store, imports a statement, shows what was found in it and what is suggested. */
public final class Insights {
    private Insights() {}

    /**
     * Runs the sample: {@code java Insights.java STORE STATEMENT CURRENCY}; the passphrase is in EDGE_ENGINE_PASSPHRASE.
     *
     * @param arguments the store's folder, the statement, its currency, and the engine's program where it is not on PATH
     */
    public static void main(String[] arguments) {
        Path store = Path.of(arguments[0]);
        Path statement = Path.of(arguments[1]);
        OpenOptions options = OpenOptions.store(store).passphrase(System.getenv("EDGE_ENGINE_PASSPHRASE"));
        if (arguments.length > 3) {
            options.sidecar(arguments[3], "serve");
        }
        try (EdgeEngine engine = EdgeEngine.open(options)) {
            // Everything is off until the person agrees; an app asks them here.
            for (String purpose : new String[] {"categorization", "insights", "recommendations"}) {
                engine.consentGrant(purpose);
            }
            IngestReport report =
                    engine.importStatement(Import.of().withPath(statement.toString()).withCurrency(arguments[2]));
            System.out.printf("%d transactions are new%n", report.added());

            for (Insight insight : engine.insights()) {
                System.out.printf("%s (%s a year): %s%n", insight.kind(), insight.moneyAYear(), insight.message());
            }
            Decision decision = engine.decide("feed");
            Suggestion suggestion = decision.suggestion();
            System.out.println(suggestion == null ? "silence: " + decision.because() : suggestion.title());
            decision.trace().steps().forEach(
                    step -> System.out.printf("  %s %s: %s%n", step.kept() ? "kept" : "dropped", step.offer(), step.because()));
        } catch (EdgeException refused) {
            System.err.println(refused.code() + ": " + refused.getMessage());
            System.exit(1);
        }
    }
}
