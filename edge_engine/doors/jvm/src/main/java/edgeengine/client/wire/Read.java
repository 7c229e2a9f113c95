package edgeengine.client.wire;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Typed values from the plain ones of a frame; each refuses what is of another kind with {@link Malformed}. */
public final class Read {
    private Read() {}

    /** Returns the fields of a value that is a map. */
    public static Map<String, @Nullable Object> fields(@Nullable Object value) {
        return Values.map(value);
    }

    /** Returns a field that must be there; an error names it. */
    public static <T extends @Nullable Object> T field(
            Map<String, @Nullable Object> fields, String name, Function<@Nullable Object, T> reader) {
        Object value = fields.get(name);
        if (value == null && !fields.containsKey(name)) {
            throw new Malformed("the field " + name + " is missing");
        }
        try {
            return reader.apply(value);
        } catch (Malformed malformed) {
            throw new Malformed("in the field " + name + ": " + malformed.getMessage());
        }
    }

    /** Returns a field, or what stands for it where an older engine does not tell it. */
    public static <T extends @Nullable Object> T field(
            Map<String, @Nullable Object> fields, String name, Function<@Nullable Object, T> reader, T otherwise) {
        return fields.containsKey(name) ? field(fields, name, reader) : otherwise;
    }

    /** Returns what the reader returns, or null for null. */
    public static <T> @Nullable T optional(@Nullable Object value, Function<@Nullable Object, T> reader) {
        return value == null ? null : reader.apply(value);
    }

    /** Returns a text. */
    public static String text(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new Malformed("a text was expected");
    }

    /** Returns a whole number. */
    public static long whole(@Nullable Object value) {
        if (value instanceof Long whole) {
            return whole;
        }
        throw new Malformed("a whole number was expected");
    }

    /** Returns a number; a whole one is one too. */
    public static double number(@Nullable Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new Malformed("a number was expected");
    }

    /** Returns a truth value. */
    public static boolean truth(@Nullable Object value) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw new Malformed("true or false was expected");
    }

    /** Returns bytes. */
    public static byte[] bytes(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        throw new Malformed("bytes were expected");
    }

    /** Returns a day, written as ISO 8601 has it. */
    public static LocalDate day(@Nullable Object value) {
        try {
            return LocalDate.parse(text(value));
        } catch (DateTimeException malformed) {
            throw new Malformed("a day was expected");
        }
    }

    /** Returns a moment in time, written as RFC 3339 has it. */
    public static Instant moment(@Nullable Object value) {
        try {
            return OffsetDateTime.parse(text(value)).toInstant();
        } catch (DateTimeException malformed) {
            throw new Malformed("a time was expected");
        }
    }

    /** Returns a time of the day. */
    public static LocalTime hour(@Nullable Object value) {
        try {
            return LocalTime.parse(text(value));
        } catch (DateTimeException malformed) {
            throw new Malformed("a time of the day was expected");
        }
    }

    /** Returns a list that cannot be changed. */
    public static <T extends @Nullable Object> List<T> list(
            @Nullable Object value, Function<@Nullable Object, T> reader) {
        if (!(value instanceof List<?> items)) {
            throw new Malformed("a list was expected");
        }
        List<T> read = new ArrayList<>(items.size());
        for (Object item : items) {
            read.add(reader.apply(item));
        }
        return Collections.unmodifiableList(read);
    }

    /** Returns a map that cannot be changed, in the order it was told. */
    public static <T extends @Nullable Object> Map<String, T> map(
            @Nullable Object value, Function<@Nullable Object, T> reader) {
        Map<String, T> read = new LinkedHashMap<>();
        fields(value).forEach((name, item) -> read.put(name, reader.apply(item)));
        return Collections.unmodifiableMap(read);
    }

    /** Returns a plain value as it is. */
    public static @Nullable Object plain(@Nullable Object value) {
        return value;
    }

    /** Returns nothing, whatever was told. */
    public static @Nullable Void nothing(@Nullable Object value) {
        return null;
    }
}
