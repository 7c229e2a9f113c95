package edgeengine.client.wire;

/** Bytes that are no frame, or a value of another kind than its place asks for; what was in it is not said. */
public final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the error.
     *
     * @param message one sentence without private data
     */
    public Malformed(String message) {
        super(message, null, false, false); // where it came from says nothing that the sentence does not
    }
}
