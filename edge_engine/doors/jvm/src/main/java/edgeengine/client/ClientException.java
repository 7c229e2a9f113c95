package edgeengine.client;

/** What goes wrong on the host's side of the door, where the engine itself has no word in it. */
public sealed class ClientException extends EdgeException {
    private static final long serialVersionUID = 1L;

    private ClientException(String code, String message) {
        super(code, message);
    }

    /** The engine's process ended, or its stream broke, while something waited or before it was asked. */
    public static final class EngineGone extends ClientException {
        private static final long serialVersionUID = 1L;

        EngineGone(String message) {
            super("client.engine_gone", message);
        }
    }

    /** The engine was closed by its host. */
    public static final class EngineClosed extends ClientException {
        private static final long serialVersionUID = 1L;

        EngineClosed() {
            super("client.engine_closed", "this engine is closed");
        }
    }

    /** The engine could not be started: there is no such program or library, or it did not answer in time. */
    public static final class NotStarted extends ClientException {
        private static final long serialVersionUID = 1L;

        NotStarted(String message) {
            super("client.not_started", message);
        }
    }

    /** The engine and this client do not understand each other: another version of the door, or a broken answer. */
    public static final class NotUnderstood extends ClientException {
        private static final long serialVersionUID = 1L;

        NotUnderstood(String message) {
            super("client.not_understood", message);
        }
    }

    /** The thread that waited was interrupted; the request is cancelled, the thread's interrupt flag is set. */
    public static final class Interrupted extends ClientException {
        private static final long serialVersionUID = 1L;

        Interrupted() {
            super("client.interrupted", "the thread that waited for the engine was interrupted");
        }
    }
}
