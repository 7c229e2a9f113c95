#include "doors.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "threads.h"

/* One start or shutdown at a time. */
static pthread_mutex_t lifecycle_lock = PTHREAD_MUTEX_INITIALIZER;

static ee_status start(const ee_options *options, char *reason) {
    ee_status status = ee_interpreter_start(options, reason);
    if (status != EE_OK) {
        return status;
    }
    PyGILState_STATE lock = ee_thread_enter();
    PyObject *door_class = ee_interpreter_door_class(reason, &status);
    ee_thread_leave(lock);
    if (door_class != NULL) {
        ee_doors_admit(door_class);
    }
    return status;
}

ee_status ee_start(const ee_options *options, char **reason) {
    if (reason != NULL) {
        *reason = NULL;
    }
    char words[EE_REASON_MOST] = "";
    ee_status status = EE_OK;
    if (ee_doors_permit() == EE_FORKED) {
        status = EE_FORKED;
    } else if (options != NULL && options->abi != EE_ABI) {
        status = EE_OTHER_ABI;
    } else if (!ee_doors_admitting()) {
        pthread_mutex_lock(&lifecycle_lock);
        status = ee_doors_admitting() ? EE_OK : start(options, words);
        pthread_mutex_unlock(&lifecycle_lock);
    }
    if (status != EE_OK && reason != NULL) {
        *reason = strdup(words[0] == '\0' ? ee_strerror(status) : words);
    }
    return status;
}

ee_status ee_shutdown(void) {
    if (ee_doors_in_callback()) {
        return EE_IN_CALLBACK;
    }
    ee_status status = ee_doors_permit();
    if (status == EE_FORKED || status == EE_NOT_STARTED) {
        return status;
    }
    pthread_mutex_lock(&lifecycle_lock);
    status = ee_doors_permit();
    if (status == EE_OK) {
        ee_doors_dismiss();
    }
    pthread_mutex_unlock(&lifecycle_lock);
    return status;
}

void ee_free(void *pointer) {
    free(pointer);
}

const char *ee_version(void) {
    return EE_VERSION;
}

uint32_t ee_abi(void) {
    return EE_ABI;
}

const char *ee_strerror(ee_status status) {
    switch (status) {
    case EE_OK:
        return "it worked";
    case EE_NULL:
        return "an argument that is needed is NULL";
    case EE_TOO_LARGE:
        return "the frame is too large";
    case EE_NOT_STARTED:
        return "the engine has not been started";
    case EE_STOPPED:
        return "the engine was shut down";
    case EE_CLOSED:
        return "there is no such door, or it was closed";
    case EE_FORKED:
        return "this is a child of the process that started the engine";
    case EE_IN_CALLBACK:
        return "inside a callback this would wait for itself";
    case EE_NO_CALLBACK:
        return "nobody would hear the answer: name a callback first";
    case EE_NO_MEMORY:
        return "there is not enough memory";
    case EE_DOORS_FULL:
        return "too many doors are open";
    case EE_OTHER_ABI:
        return "the host was made for another version of this library";
    case EE_PYTHON_IN_USE:
        return "this process runs a Python of its own";
    case EE_PYTHON_MISSING:
        return "Python's standard library is not at the home";
    case EE_PYTHON_FAILED:
        return "Python could not be started";
    case EE_ENGINE_MISSING:
        return "the engine's package cannot be loaded from the paths";
    case EE_FAILED:
        return "the engine failed in a way that it should not";
    }
    return "an unknown status";
}
