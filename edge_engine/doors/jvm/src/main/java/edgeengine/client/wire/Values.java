package edgeengine.client.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageIntegerOverflowException;
import org.msgpack.core.MessagePacker;
import org.msgpack.core.MessageUnpacker;

/** Plain values and their bytes: maps with texts as names, lists, texts, whole and other numbers, truth, bytes, nil. */
final class Values {
    private static final int MAX_DEPTH = 64;
    private static final int ROOM = 1024; // what is set aside before a list is read; its header may lie

    private Values() {}

    static void write(MessagePacker packer, @Nullable Object value) throws IOException {
        if (value == null) {
            packer.packNil();
        } else if (value instanceof String text) {
            packer.packString(text);
        } else if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            packer.packLong(((Number) value).longValue());
        } else if (value instanceof Boolean truth) {
            packer.packBoolean(truth);
        } else if (value instanceof Double || value instanceof Float) {
            packer.packDouble(((Number) value).doubleValue());
        } else if (value instanceof byte[] bytes) {
            packer.packBinaryHeader(bytes.length);
            packer.writePayload(bytes);
        } else if (value instanceof Map<?, ?> map) {
            packer.packMapHeader(map.size());
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                packer.packString(String.valueOf(entry.getKey()));
                write(packer, entry.getValue());
            }
        } else if (value instanceof Collection<?> items) {
            packer.packArrayHeader(items.size());
            for (Object item : items) {
                write(packer, item);
            }
        } else {
            throw new IllegalArgumentException("a value of this kind cannot be told to the engine: " + value.getClass().getName());
        }
    }

    static @Nullable Object read(MessageUnpacker unpacker) throws IOException {
        return read(unpacker, 0);
    }

    private static @Nullable Object read(MessageUnpacker unpacker, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new Malformed("values lie in each other too deeply");
        }
        return switch (unpacker.getNextFormat().getValueType()) {
            case NIL -> {
                unpacker.unpackNil();
                yield null;
            }
            case BOOLEAN -> unpacker.unpackBoolean();
            case INTEGER -> whole(unpacker);
            case FLOAT -> unpacker.unpackDouble();
            case STRING -> unpacker.unpackString();
            case BINARY -> bytes(unpacker);
            case ARRAY -> list(unpacker, depth);
            case MAP -> map(unpacker, depth);
            case EXTENSION -> throw new Malformed("extensions of msgpack are not spoken here");
        };
    }

    private static long whole(MessageUnpacker unpacker) throws IOException {
        try {
            return unpacker.unpackLong();
        } catch (MessageIntegerOverflowException tooLarge) {
            throw new Malformed("a whole number is too large");
        }
    }

    private static byte[] bytes(MessageUnpacker unpacker) throws IOException {
        int length = unpacker.unpackBinaryHeader();
        if (length > Frame.MAX_BYTES) {
            throw new Malformed("bytes are longer than a frame can be");
        }
        return unpacker.readPayload(length);
    }

    private static List<@Nullable Object> list(MessageUnpacker unpacker, int depth) throws IOException {
        int length = unpacker.unpackArrayHeader();
        List<@Nullable Object> items = new ArrayList<>(Math.min(length, ROOM));
        for (int i = 0; i < length; i++) {
            items.add(read(unpacker, depth + 1));
        }
        return items;
    }

    private static Map<String, @Nullable Object> map(MessageUnpacker unpacker, int depth) throws IOException {
        int length = unpacker.unpackMapHeader();
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        for (int i = 0; i < length; i++) {
            Object name = read(unpacker, depth + 1);
            if (!(name instanceof String) && !(name instanceof Long)) {
                throw new Malformed("names in a map are texts");
            }
            entries.put(name.toString(), read(unpacker, depth + 1));
        }
        return entries;
    }

    @SuppressWarnings("unchecked") // maps are made above alone, with texts as names
    static Map<String, @Nullable Object> map(@Nullable Object value) {
        if (value instanceof Map<?, ?>) {
            return (Map<String, @Nullable Object>) value;
        }
        throw new Malformed("a map was expected");
    }
}
