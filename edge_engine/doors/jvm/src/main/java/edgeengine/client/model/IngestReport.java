// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one import did.
 *
 * @param format the format that was read
 * @param added transactions that are new
 * @param updated transactions that were known and changed: pending ones that the bank has posted, mostly
 * @param duplicates transactions that were known already
 * @param events app-engagement events that are new
 * @param rejected the first rows that were not stored, with the reason; at most {@code MAX_REJECTED}
 * @param rejectedTotal how many rows were not stored
 * @param accounts the accounts of this file as the store now has them
 * @param categorized how many of the added transactions got a category
 * @param transfers pairs of transactions recognised as movements between the person's own accounts
 * @param seconds how long it took
 * @param notes what the person should know about this import, one sentence each; mostly none
 */
public record IngestReport(
        String format,
        long added,
        long updated,
        long duplicates,
        long events,
        List<Rejected> rejected,
        long rejectedTotal,
        List<AccountView> accounts,
        long categorized,
        long transfers,
        double seconds,
        List<String> notes) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static IngestReport fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new IngestReport(
                Read.field(fields, "format", Read::text),
                Read.field(fields, "added", Read::whole),
                Read.field(fields, "updated", Read::whole),
                Read.field(fields, "duplicates", Read::whole),
                Read.field(fields, "events", Read::whole),
                Read.field(fields, "rejected", v0 -> Read.list(v0, Rejected::fromWire)),
                Read.field(fields, "rejected_total", Read::whole),
                Read.field(fields, "accounts", v0 -> Read.list(v0, AccountView::fromWire)),
                Read.field(fields, "categorized", Read::whole),
                Read.field(fields, "transfers", Read::whole),
                Read.field(fields, "seconds", Read::number),
                Read.field(fields, "notes", v0 -> Read.list(v0, Read::text), List.of()));
    }
}
