// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.wire.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What money can be spent on or earned from: a leaf of the taxonomy.
 *
 * @param id as transactions carry it and corrections name it, such as {@code food.groceries}
 * @param label words for people, in English
 * @param group identifier of its group
 * @param groupLabel the group's words
 * @param sensitive whether it tells of health, gambling, religion, politics, charity or alcohol: it feeds no offer,
 *     and nothing of it leaves
 */
public record CategoryView(String id, String label, String group, String groupLabel, boolean sensitive) {
    /**
     * Reads the answer as the engine writes it.
     *
     * @param value plain values
     * @return the answer
     * @throws edgeengine.client.wire.Malformed if it is another
     */
    public static CategoryView fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new CategoryView(
                Read.field(fields, "id", Read::text),
                Read.field(fields, "label", Read::text),
                Read.field(fields, "group", Read::text),
                Read.field(fields, "group_label", Read::text),
                Read.field(fields, "sensitive", Read::truth));
    }
}
