package edgeengine.client;

import edgeengine.client.wire.SidecarTransport;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Opens an engine, prints its process, and stays until it is killed: {@code Hold PROGRAM}. */
final class Hold {
    private Hold() {}

    public static void main(String[] arguments) throws IOException {
        SidecarTransport transport = SidecarTransport.launch(
                List.of(arguments[0], "serve"), Map.of(), ProcessBuilder.Redirect.DISCARD);
        EdgeEngine engine = EdgeEngine.over(transport, OpenOptions.inMemory());
        engine.ping();
        System.out.println(transport.process().pid());
        System.in.read(); // its input stays open until it is killed
        throw new IllegalStateException("was not killed");
    }
}
