package edgeengine.client.wire;

import com.sun.jna.Callback;
import com.sun.jna.CallbackThreadInitializer;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The engine inside this process, over the C interface {@code edge_engine.h}. Needs JNA on the class path. */
public final class NativeTransport implements Transport {
    private static final int OK = 0;
    private static final int IN_CALLBACK = 7;
    private static final int WORD = 8;
    private static final int ROOM = 4096;
    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(() -> new Scratch(ROOM));

    private final long door;
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Push push; // kept: native code alone does not keep it from being collected
    private volatile @Nullable Listener listener;


    private NativeTransport(long door) {
        this.door = door;
    }

    /**
     * Starts the engine's own Python, the first time, and opens a door.
     *
     * @param library the file {@code libedge_engine.so} or its like
     * @param home folder of the engine's Python, or null for what the library was built with
     * @param paths folders of the engine's packages; empty for what the library was built with
     * @return the transport, not started yet
     * @throws IOException if there is no such library, or it does not start
     */
    public static NativeTransport open(Path library, @Nullable Path home, List<Path> paths) throws IOException {
        if (Native.SIZE_T_SIZE != WORD) {
            throw new IOException("an engine inside the process needs a 64-bit machine");
        }
        Functions.load(library);
        start(home, paths);
        try (Memory door = new Memory(WORD)) {
            require(Functions.ee_door_new(door));
            return new NativeTransport(door.getLong(0));
        }
    }

    @Override
    public void start(Listener listener) {
        this.listener = listener;
        Push heard = (user, frame, size) -> hear(listener, frame, size);
        Native.setCallbackThreadInitializer(heard, new CallbackThreadInitializer(true, false, "edge-engine-reader"));
        push = heard;
        Functions.ee_door_on_push(door, heard, null);
    }

    @Override
    public void send(byte[] frame) throws IOException {
        require(Functions.ee_door_post(door, holding(frame).frame, frame.length));
    }

    @Override
    public boolean calls() {
        return true;
    }

    @Override
    public byte[] call(byte[] frame) throws IOException {
        Scratch scratch = holding(frame);
        require(Functions.ee_door_call(door, scratch.frame, frame.length, scratch.answer, scratch.size));
        Pointer answer = scratch.answer.getPointer(0);
        try {
            return answer.getByteArray(0, Math.toIntExact(scratch.size.getLong(0)));
        } finally {
            Functions.ee_free(answer);
        }
    }

    @Override
    public void close(Duration grace) {
        if (closed.compareAndSet(false, true)) {
            if (Functions.ee_door_close(door) == IN_CALLBACK) {
                Thread closing = new Thread(() -> Functions.ee_door_close(door), "edge-engine-closing");
                closing.setDaemon(true);
                closing.start();
            }
            Listener told = listener;
            if (told != null) {
                told.ended("the engine was closed");
            }
        }
    }

    private static void hear(Listener listener, Pointer frame, long size) {
        try {
            listener.frame(frame.getByteArray(0, Math.toIntExact(size)));
        } catch (Malformed malformed) {
            listener.ended(malformed.getMessage());
        }
    }

    /** Returns memory of this thread's that holds the frame. */
    private static Scratch holding(byte[] frame) {
        Scratch scratch = SCRATCH.get();
        if (frame.length > ROOM) {
            scratch = new Scratch(frame.length); // a large frame is not kept
        }
        scratch.frame.write(0, frame, 0, frame.length);
        return scratch;
    }

    private static void start(@Nullable Path home, List<Path> paths) throws IOException {
        try (Memory reason = new Memory(WORD);
                Memory options = new Memory(4 * WORD);
                Memory list = new Memory((long) WORD * Math.max(1, paths.size()))) {
            Memory[] texts = new Memory[paths.size()];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = text(paths.get(i));
                list.setPointer((long) WORD * i, texts[i]);
            }
            Memory homeText = home == null ? null : text(home);
            options.clear();
            options.setInt(0, 1);
            options.setPointer(WORD, homeText);
            options.setPointer(2 * WORD, texts.length == 0 ? null : list);
            options.setLong(3 * WORD, texts.length);
            reason.clear();
            int status = Functions.ee_start(options, reason);
            Reference.reachabilityFence(texts);
            Reference.reachabilityFence(homeText);
            Pointer sentence = reason.getPointer(0);
            if (sentence != null) {
                String said = sentence.getString(0, "UTF-8");
                Functions.ee_free(sentence);
                throw new IOException(said);
            }
            require(status);
        }
    }

    private static Memory text(Path path) {
        byte[] bytes = path.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
        Memory memory = new Memory(bytes.length + 1L);
        memory.write(0, bytes, 0, bytes.length);
        memory.setByte(bytes.length, (byte) 0);
        return memory;
    }

    private static void require(int status) throws IOException {
        if (status != OK) {
            throw new IOException(Functions.ee_strerror(status));
        }
    }

    /** Room for a request, and for where its answer is put. */
    private static final class Scratch {
        final Memory answer = new Memory(WORD);
        final Memory size = new Memory(WORD);
        final Memory frame;

        Scratch(int room) {
            frame = new Memory(room);
        }
    }

    /** Hears a frame; called on a thread of the engine's. */
    interface Push extends Callback {
        void invoke(@Nullable Pointer user, Pointer frame, long size);
    }

    /** The functions of {@code edge_engine.h}, mapped directly: one library a process. */
    private static final class Functions {
        private static @Nullable Path loaded;

        static synchronized void load(Path library) throws IOException {
            Path real = library.toAbsolutePath().normalize();
            if (loaded == null) {
                try {
                    Native.register(Functions.class, NativeLibrary.getInstance(real.toString()));
                } catch (UnsatisfiedLinkError missing) {
                    throw new IOException("the engine's library cannot be loaded");
                }
                loaded = real;
            } else if (!loaded.equals(real)) {
                throw new IOException("another library of the engine is loaded in this process already");
            }
        }

        static native int ee_start(Pointer options, Pointer reason);

        static native int ee_door_new(Pointer door);

        static native int ee_door_call(long door, Pointer frame, long size, Pointer response, Pointer responseSize);

        static native int ee_door_post(long door, Pointer frame, long size);

        static native int ee_door_on_push(long door, Push push, @Nullable Pointer user);

        static native int ee_door_close(long door);

        static native void ee_free(Pointer pointer);

        static native String ee_strerror(int status);
    }
}
