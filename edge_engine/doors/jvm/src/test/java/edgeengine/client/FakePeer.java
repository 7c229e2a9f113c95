package edgeengine.client;

import edgeengine.client.wire.Frame;
import edgeengine.client.wire.Message;
import edgeengine.client.wire.StreamTransport;
import edgeengine.client.wire.Transport;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import org.jspecify.annotations.Nullable;

/** The other end of a stream, for what a real engine cannot be made to do: answer late, twice, wrongly, or not at all. */
final class FakePeer implements AutoCloseable {
    final Transport transport;
    private final DataInputStream heard;
    private final OutputStream says;

    FakePeer() throws IOException {
        Pipe toPeer = Pipe.open();
        Pipe toHost = Pipe.open();
        transport = new StreamTransport(
                Channels.newInputStream(toHost.source()), Channels.newOutputStream(toPeer.sink()));
        heard = new DataInputStream(Channels.newInputStream(toPeer.source()));
        says = Channels.newOutputStream(toHost.sink());
    }

    Message next() throws IOException {
        byte[] frame = new byte[Integer.reverseBytes(heard.readInt())];
        heard.readFully(frame);
        return Frame.read(frame);
    }

    Message.Request asked(String method) throws IOException {
        if (next() instanceof Message.Request request && request.method().equals(method)) {
            return request;
        }
        throw new AssertionError("the host did not ask for " + method);
    }

    void answer(Message.Request request, @Nullable Object result) throws IOException {
        say(Frame.response(request.id(), null, result));
    }

    void refuse(Message.Request request, String code, String message) throws IOException {
        say(Frame.response(request.id(), new Message.Failure(code, message), null));
    }

    void say(byte[] frame) throws IOException {
        raw(ByteBuffer.allocate(4 + frame.length).order(ByteOrder.LITTLE_ENDIAN).putInt(frame.length).put(frame).array());
    }

    void raw(byte[] bytes) throws IOException {
        says.write(bytes);
        says.flush();
    }

    @Override
    public void close() throws IOException {
        says.close();
        heard.close();
    }
}
