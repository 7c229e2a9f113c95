package edgeengine.client.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns lists and maps of what has a shape of its own into plain values; what generated records use to be told. */
public final class Write {
    private Write() {}

    /** Returns a list of plain values. */
    public static <T extends @Nullable Object> List<@Nullable Object> list(
            List<T> items, Function<T, @Nullable Object> writer) {
        List<@Nullable Object> written = new ArrayList<>(items.size());
        for (T item : items) {
            written.add(writer.apply(item));
        }
        return written;
    }

    /** Returns a map of plain values. */
    public static <T extends @Nullable Object> Map<String, @Nullable Object> map(
            Map<String, T> items, Function<T, @Nullable Object> writer) {
        Map<String, @Nullable Object> written = new LinkedHashMap<>();
        items.forEach((name, item) -> written.put(name, writer.apply(item)));
        return written;
    }
}
