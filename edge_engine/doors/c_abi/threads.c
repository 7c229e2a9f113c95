#include "threads.h"

#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

/* Python's side of a thread costs 7 microseconds to make and to drop, ten times what a small call costs: a host's thread
 * keeps its own until it ends. */
static pthread_key_t kept;
static pthread_once_t kept_once = PTHREAD_ONCE_INIT;
static pid_t kept_by;

/* Called by the system when a thread that was kept ends. By then it may have forgotten what PyGILState knew of it. */
static void drop_thread(void *state) {
    if (getpid() != kept_by) {
        return; /* a forked child: nobody there will ever let go of Python's lock */
    }
    PyEval_RestoreThread(state);
    PyThreadState_Clear(state);
    PyThreadState_DeleteCurrent();
}

static void make_kept(void) {
    kept_by = getpid();
    if (pthread_key_create(&kept, drop_thread) != 0) {
        kept_by = 0;
    }
}

PyGILState_STATE ee_thread_enter(void) {
    /* INVARIANT: only a thread that Python did not know is kept; Python drops its own threads itself. */
    bool is_new = PyGILState_GetThisThreadState() == NULL;
    PyGILState_STATE lock = PyGILState_Ensure();
    if (is_new && pthread_once(&kept_once, make_kept) == 0 && kept_by != 0 &&
        pthread_setspecific(kept, PyGILState_GetThisThreadState()) == 0) {
        (void)PyGILState_Ensure(); /* without its Release: leaving drops nothing */
    }
    return lock;
}

void ee_thread_leave(PyGILState_STATE lock) {
    PyGILState_Release(lock);
}
