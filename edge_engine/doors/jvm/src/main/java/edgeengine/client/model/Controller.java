// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who answers for the processing; receipts name it.
 *
 * @param id iRI
 * @param name legal name, or words for people
 * @param contact where to reach it
 * @param address postal address
 * @param jurisdiction location in the Data Privacy Vocabulary, such as {@code loc:EU}
 * @param law law in the Data Privacy Vocabulary, such as {@code eu:law-GDPR}, or by its URN:LEX (RFC 9676)
 */
public record Controller(String id, String name, String contact, String address, String jurisdiction, String law) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static Controller fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Controller(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "name", Read::text),
                Read.field(fields, "contact", Read::text),
                Read.field(fields, "address", Read::text),
                Read.field(fields, "jurisdiction", Read::text),
                Read.field(fields, "law", Read::text));
    }
}
