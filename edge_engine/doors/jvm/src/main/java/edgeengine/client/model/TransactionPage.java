// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Some transactions, newest first.
 *
 * @param transactions at most the asked number
 * @param total how many fit the question
 */
public record TransactionPage(List<TransactionView> transactions, long total) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static TransactionPage fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new TransactionPage(
                Read.field(fields, "transactions", v0 -> Read.list(v0, TransactionView::fromWire)),
                Read.field(fields, "total", Read::whole));
    }
}
