package edgeengine.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import edgeengine.client.wire.Frame;
import edgeengine.client.wire.Malformed;
import edgeengine.client.wire.Message;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FrameTest {
    @Test
    void aRequestIsAnArrayOfFourAsTheContractHasIt() {
        byte[] frame = Frame.request(7, "hello", Map.of("abi", 1));
        byte[] expected = {(byte) 0x94, 1, 7, (byte) 0xa5, 'h', 'e', 'l', 'l', 'o', (byte) 0x81, (byte) 0xa3, 'a', 'b', 'i', 1};
        assertArrayEquals(expected, frame);
    }

    @Test
    void everyKindOfValueComesBackAsItWas() {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("none", null);
        values.put("text", "Kč 12 \u0000 \uD83D\uDE00");
        values.put("least", Long.MIN_VALUE);
        values.put("most", Long.MAX_VALUE);
        values.put("number", 0.1);
        values.put("truth", true);
        values.put("list", Arrays.asList(1L, null, List.of("a")));
        values.put("map", Map.of("a", Map.of()));
        Message.Response read = assertInstanceOf(Message.Response.class, Frame.read(Frame.response(1, null, values)));
        assertEquals(values, read.result());
        byte[] bytes = {0, -1, 7};
        read = assertInstanceOf(Message.Response.class, Frame.read(Frame.response(1, null, bytes)));
        assertArrayEquals(bytes, (byte[]) read.result());
    }

    @Test
    void noiseIsRefusedAndNothingElseHappens() {
        Random random = new Random(6);
        byte[] good = Frame.response(1, null, List.of("a", Map.of("b", 1.5), 300, true));
        for (int i = 0; i < 50_000; i++) {
            byte[] bad;
            if (i % 2 == 0) {
                bad = new byte[1 + random.nextInt(40)];
                random.nextBytes(bad);
                bad[0] = (byte) 0x94;
            } else {
                bad = Arrays.copyOf(good, 1 + random.nextInt(good.length));
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                Frame.read(bad);
            } catch (Malformed refused) {
                continue; // the one way to refuse
            }
        }
    }

    @Test
    void lyingLengthsAndDeepNestsAskForNoMemory() {
        byte[] longList = {(byte) 0x94, 1, 1, (byte) 0xc0, (byte) 0xdd, 0x7f, -1, -1, -1};
        assertThrows(Malformed.class, () -> Frame.read(longList));
        byte[] longBytes = {(byte) 0x94, 1, 1, (byte) 0xc0, (byte) 0xc6, 0x7f, -1, -1, -1};
        assertThrows(Malformed.class, () -> Frame.read(longBytes));
        byte[] deep = new byte[100_000];
        Arrays.fill(deep, (byte) 0x91);
        System.arraycopy(new byte[] {(byte) 0x94, 1, 1, (byte) 0xc0}, 0, deep, 0, 4);
        assertThrows(Malformed.class, () -> Frame.read(deep));
    }

    @Test
    void aFrameThatIsTooLargeIsNotSent() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Frame.request(1, "import", Map.of("path", "a".repeat(Frame.MAX_BYTES))));
    }
}
