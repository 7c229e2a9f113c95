package edgeengine.client.wire;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/** Frames over two streams, each with its length before it: 4 bytes, little-endian. */
public class StreamTransport implements Transport {
    private static final int LENGTH_BYTES = 4;

    private final DataInputStream from;
    private final OutputStream to;
    private final Object writing = new Object();

    /**
     * Makes a transport that is not started yet.
     *
     * @param from what the engine says
     * @param to what it hears
     */
    public StreamTransport(InputStream from, OutputStream to) {
        this.from = new DataInputStream(from);
        this.to = to;
    }

    @Override
    public void start(Listener listener) {
        Thread reader = new Thread(() -> listen(listener), "edge-engine-reader");
        reader.setDaemon(true);
        reader.start();
    }

    @Override
    public void send(byte[] frame) throws IOException {
        ByteBuffer whole = ByteBuffer.allocate(LENGTH_BYTES + frame.length).order(ByteOrder.LITTLE_ENDIAN);
        whole.putInt(frame.length).put(frame);
        synchronized (writing) {
            to.write(whole.array());
            to.flush();
        }
    }

    @Override
    public void close(Duration grace) {
        closeQuietly(to);
    }

    /**
     * Says why the stream ended; called on the reader's thread.
     *
     * @return one sentence
     */
    protected String reason() {
        return "the engine closed its stream";
    }

    private void listen(Listener listener) {
        String reason;
        try {
            while (true) {
                listener.frame(next());
            }
        } catch (EOFException ended) {
            reason = reason();
        } catch (Malformed malformed) {
            reason = malformed.getMessage();
        } catch (IOException | RuntimeException broken) {
            reason = reason();
        }
        listener.ended(reason);
    }

    private byte[] next() throws IOException {
        long length = Integer.toUnsignedLong(Integer.reverseBytes(from.readInt()));
        if (length == 0 || length > Frame.MAX_BYTES) {
            throw new Malformed("the engine sent a frame of an impossible length");
        }
        byte[] frame = new byte[(int) length];
        from.readFully(frame);
        return frame;
    }

    private static void closeQuietly(AutoCloseable stream) {
        try {
            stream.close();
        } catch (Exception gone) {
            // It is closed all the same: whoever was at the other end is not there any more.
        }
    }
}
