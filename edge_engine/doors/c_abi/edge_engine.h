/* Edge Engine in C: the engine inside your own process.
 *
 *     ee_start(NULL, &reason);            once: starts the engine's own isolated Python
 *     ee_door_new(&door);                 one door is one engine
 *     ee_door_call(door, in, n, &out, &m) a request goes in, its response comes out
 *     ee_free(out);
 *     ee_door_close(door);                closes the store
 *     ee_shutdown();
 *
 * A buffer is one frame: a msgpack array of four, without a length in front of it.
 *     request       [1, id, "method", params]     id is the host's, 1 to 2^31-1
 *     response      [1, id, error or nil, result]
 *     notification  [1, 0, "method", params]
 * The first request of a door is "hello". Names of methods and codes of errors: edge_engine_names.h.
 * What the engine itself has to say (a store that is missing, a consent that is not given) is in the response. An
 * ee_status tells only whether the frame came through.
 *
 * Threads. Any thread may call any function at any time. Requests of one door are done one at a time, in the order in
 * which they came, on a thread of that door. ee_door_call waits for its response; other threads go on.
 *
 * Callbacks. The function given to ee_door_on_push is called with what the engine says by itself: events, responses to
 * frames that were posted, requests to the host. It comes on the door's thread, or on the thread that posts where the
 * answer is known at once; one call after the other on a thread. Inside it ee_door_post, ee_door_interrupt,
 * ee_door_on_push and ee_free may be called. ee_door_call, ee_door_close and ee_shutdown would wait for the very thread
 * that they are called on, and are refused with EE_IN_CALLBACK. The door does nothing else until the callback returns.
 *
 * Memory. What is handed out belongs to the caller, who gives it back with ee_free. What is handed in is copied. A
 * frame given to a callback lives until the callback returns. Every out-pointer is zeroed before anything else is
 * looked at.
 *
 * Forking. A child of fork() inherits neither the door's thread nor the store's locks: there every function that does
 * work is refused with EE_FORKED. exec() in the child is fine.
 *
 * Shutting down. ee_shutdown refuses new calls, lets those that run finish, closes every store and leaves Python loaded
 * but idle. ee_start may be called again afterwards.
 */
#ifndef EDGE_ENGINE_H
#define EDGE_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define EE_API __attribute__((visibility("default")))
#else
#define EE_API
#endif

#if defined(__clang__)
#define EE_NULLABLE _Nullable
#define EE_NONNULL _Nonnull
#else
#define EE_NULLABLE
#define EE_NONNULL
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The wire's and this header's major version: the first element of every frame. */
#define EE_ABI 1

/* The most bytes of a frame. */
#define EE_FRAME_MOST (16u * 1024u * 1024u)

/* The most doors that are open at once. */
#define EE_DOORS_MOST 64

/* What became of a call. The numbers never change; new ones come at the end. */
typedef enum ee_status {
    EE_OK = 0,
    EE_NULL = 1,            /* an argument that is needed is NULL */
    EE_TOO_LARGE = 2,       /* the frame has more than EE_FRAME_MOST bytes */
    EE_NOT_STARTED = 3,     /* ee_start has not succeeded yet */
    EE_STOPPED = 4,         /* ee_shutdown was called */
    EE_CLOSED = 5,          /* there is no such door, or it was closed */
    EE_FORKED = 6,          /* this is a child of the process that started the engine */
    EE_IN_CALLBACK = 7,     /* inside a callback this would wait for itself */
    EE_NO_CALLBACK = 8,     /* nobody would hear the answer: call ee_door_on_push first */
    EE_NO_MEMORY = 9,       /* there is not enough memory */
    EE_DOORS_FULL = 10,     /* EE_DOORS_MOST doors are open */
    EE_OTHER_ABI = 11,      /* the options or the engine's package are of another version */
    EE_PYTHON_IN_USE = 12,  /* this process runs a Python of its own: use the Python package or the sidecar there */
    EE_PYTHON_MISSING = 13, /* Python's standard library is not at the home */
    EE_PYTHON_FAILED = 14,  /* Python could not be started; this process cannot try again */
    EE_ENGINE_MISSING = 15, /* the engine's package cannot be loaded from the paths */
    EE_FAILED = 16          /* the engine failed in a way that it should not */
} ee_status;

/* A door. 0 is never one. A number is not used again, so that a closed door stays closed. */
typedef uint64_t ee_door;

/* Where the engine's Python is. NULL instead of the whole, or of a part: what the library was built with. */
typedef struct ee_options {
    uint32_t abi;                                      /* EE_ABI */
    const char *EE_NULLABLE home;                      /* folder that holds lib/pythonX.Y, UTF-8, absolute */
    const char *EE_NULLABLE const *EE_NULLABLE paths;  /* folders that hold the packages, UTF-8, absolute */
    size_t path_count;                                 /* how many paths; 0 for those of the build */
} ee_options;

/* Called with one frame; user is what was given to ee_door_on_push. */
typedef void (*ee_push)(void *EE_NULLABLE user, const uint8_t *EE_NONNULL frame, size_t size);

/* Start the engine's Python, isolated: no environment variable, user site, .pth file, working folder or PATH is asked.
 * Signal handlers, locale and standard streams of the process stay as they are. Calling it again does nothing.
 *
 * reason: NULL, or where a sentence is put when it fails; give it back with ee_free.
 * Fails with EE_OTHER_ABI, EE_PYTHON_IN_USE, EE_PYTHON_MISSING, EE_ENGINE_MISSING, EE_PYTHON_FAILED, EE_FORKED,
 * EE_NO_MEMORY. After all but EE_PYTHON_IN_USE, EE_PYTHON_FAILED and EE_FORKED it may be tried again with other options.
 */
EE_API ee_status ee_start(const ee_options *EE_NULLABLE options, char *EE_NULLABLE *EE_NULLABLE reason);

/* Open a door with an engine of its own behind it. */
EE_API ee_status ee_door_new(ee_door *EE_NULLABLE door);

/* Hand in one request and wait for its response. Bytes that are no frame get a response that says so; a notification, or an
 * answer to the engine, gets an empty one, which is not NULL. */
EE_API ee_status ee_door_call(ee_door door, const uint8_t *EE_NULLABLE frame, size_t size,
                              uint8_t *EE_NULLABLE *EE_NULLABLE response, size_t *EE_NULLABLE response_size);

/* Hand in one frame and do not wait: a request whose response comes to the callback, a notification, or the response to
 * a request of the engine. */
EE_API ee_status ee_door_post(ee_door door, const uint8_t *EE_NULLABLE frame, size_t size);

/* Name the function that hears what the engine says; NULL for none. When it returns, the one named before is not running
 * any more and is not called again; inside a callback it does not wait for that. Without one, events are dropped. */
EE_API ee_status ee_door_on_push(ee_door door, ee_push EE_NULLABLE push, void *EE_NULLABLE user);

/* Cancel the request with this id, waiting or running. Its response says that it was cancelled, or is the usual one where
 * that came first. */
EE_API ee_status ee_door_interrupt(ee_door door, int32_t id);

/* Refuse new calls, let those that came finish, close the store. Closing again gives EE_CLOSED. Until it returns, frames may
 * still be posted and requests taken back: the engine may need an answer of its host to finish, and new requests that are
 * posted get the response that the door is closed. */
EE_API ee_status ee_door_close(ee_door door);

/* Close every door. Calling again gives EE_STOPPED. */
EE_API ee_status ee_shutdown(void);

/* Give back what was handed out; NULL does nothing. */
EE_API void ee_free(void *EE_NULLABLE pointer);

/* The library's version, such as "0.1.0". */
EE_API const char *EE_NONNULL ee_version(void);

/* EE_ABI of the library, for hosts that load it without this header. */
EE_API uint32_t ee_abi(void);

/* One sentence for people. Any number has one. */
EE_API const char *EE_NONNULL ee_strerror(ee_status status);

#ifdef __cplusplus
}
#endif

#endif
