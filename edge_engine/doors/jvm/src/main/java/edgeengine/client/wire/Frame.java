package edgeengine.client.wire;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * Frames: one msgpack array of four.
 *
 * <p>A third element that is a text makes a request (or, with id 0, a notification); nil or a map makes a response.
 */
public final class Frame {
    /** The most that a frame may weigh, in bytes. */
    public static final int MAX_BYTES = 16 * 1024 * 1024;

    /** Most frames are small, and a buffer is made for each. */
    private static final MessagePack.PackerConfig PACKING = new MessagePack.PackerConfig().withBufferSize(512);

    private static final int VERSION = 1;
    private static final int PARTS = 4;

    private Frame() {}

    /**
     * Writes a request of the host.
     *
     * @param id 1 or more
     * @param method name of the operation
     * @param params by name, or null for none
     * @return the frame
     */
    public static byte[] request(int id, String method, @Nullable Map<String, ?> params) {
        return write(packer -> {
            packer.packInt(id);
            packer.packString(method);
            Values.write(packer, params);
        });
    }

    /**
     * Writes a notification of the host.
     *
     * @param method what it is about
     * @param params by name
     * @return the frame
     */
    public static byte[] notification(String method, Map<String, ?> params) {
        return request(0, method, params);
    }

    /**
     * Writes the answer to a request of the engine.
     *
     * @param id of the request
     * @param failure why there is no result, or null
     * @param result the answer, or null
     * @return the frame
     */
    public static byte[] response(int id, Message.@Nullable Failure failure, @Nullable Object result) {
        return write(packer -> {
            packer.packInt(id);
            Values.write(packer, failure == null ? null : carried(failure));
            Values.write(packer, result);
        });
    }

    /**
     * Reads a frame.
     *
     * @param frame the bytes, without a length before them
     * @return what it says
     * @throws Malformed if it is none
     */
    public static Message read(byte[] frame) {
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(frame)) {
            if (unpacker.unpackArrayHeader() != PARTS || unpacker.unpackInt() != VERSION) {
                throw new Malformed("a frame is an array of four that begins with 1");
            }
            int id = unpacker.unpackInt();
            Object third = Values.read(unpacker);
            Object fourth = Values.read(unpacker);
            if (unpacker.hasNext()) {
                throw new Malformed("a frame ends with its array");
            }
            return message(id, third, fourth);
        } catch (IOException | MessagePackException malformed) {
            throw new Malformed("these bytes are no frame");
        }
    }

    private static Message message(int id, @Nullable Object third, @Nullable Object fourth) {
        if (third instanceof String method) {
            Map<String, @Nullable Object> params = fourth == null ? Map.of() : Values.map(fourth);
            return id == 0 ? new Message.Notification(method, params) : new Message.Request(id, method, params);
        }
        return new Message.Response(id, third == null ? null : failure(Values.map(third)), fourth);
    }

    private static Map<String, String> carried(Message.Failure failure) {
        Map<String, String> error = new HashMap<>(failure.told());
        error.put("code", failure.code());
        error.put("message", failure.message());
        return error;
    }

    private static Message.Failure failure(Map<String, @Nullable Object> error) {
        if (error.get("code") instanceof String code && error.get("message") instanceof String message) {
            Map<String, String> told = new HashMap<>();
            error.forEach((name, value) -> {
                if (value instanceof String text && !name.equals("code") && !name.equals("message")) {
                    told.put(name, text);
                }
            });
            return new Message.Failure(code, message, Map.copyOf(told));
        }
        throw new Malformed("an error has a code and a message");
    }

    private static byte[] write(Parts parts) {
        try (MessageBufferPacker packer = PACKING.newBufferPacker()) {
            packer.packArrayHeader(PARTS);
            packer.packInt(VERSION);
            parts.write(packer);
            byte[] frame = packer.toByteArray();
            if (frame.length > MAX_BYTES) {
                throw new IllegalArgumentException("a frame weighs 16 MiB at most");
            }
            return frame;
        } catch (IOException impossible) {
            throw new IllegalStateException("writing into memory failed", impossible);
        }
    }

    private interface Parts {
        void write(MessageBufferPacker packer) throws IOException;
    }
}
