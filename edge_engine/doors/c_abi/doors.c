#include "doors.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "threads.h"

/* CLOSING: what came is being finished, for which the engine may need an answer of its host. LEAVING: it is finished. */
typedef enum place_state { PLACE_FREE, PLACE_OPENING, PLACE_OPEN, PLACE_CLOSING, PLACE_LEAVING } place_state;

/* One place of the table. Everything is guarded by the table's lock, but the Python objects' insides by Python's own. */
typedef struct place {
    place_state state;
    uint32_t generation; /* makes the number of a reused place another one */
    unsigned calls;      /* threads between entering and leaving */
    unsigned pushes;     /* callbacks that run */
    ee_push push;
    void *user;
    PyObject *door;
    PyObject *call;
    PyObject *receive;
} place;

static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t table_changed = PTHREAD_COND_INITIALIZER;
static place table[EE_DOORS_MOST];
static PyObject *door_class;

typedef enum admission { ADMISSION_NONE, ADMISSION_OPEN, ADMISSION_OVER } admission;

/* INVARIANT: the two are read before the lock is taken: a forked child may have inherited it locked, for ever. */
static atomic_int admitted = ADMISSION_NONE;
static atomic_int owner = 0;

static _Thread_local int callbacks_deep = 0;

/* INVARIANT: no thread waits for the table's lock, or for its change, while it holds Python's. Where both are taken,
 * Python's comes first and the table's is let go of without anything that could wait. */

ee_status ee_doors_permit(void) {
    int process = atomic_load(&owner);
    if (process != 0 && process != (int)getpid()) {
        return EE_FORKED;
    }
    switch ((admission)atomic_load(&admitted)) {
    case ADMISSION_NONE:
        return EE_NOT_STARTED;
    case ADMISSION_OVER:
        return EE_STOPPED;
    case ADMISSION_OPEN:
        break;
    }
    return EE_OK;
}

int ee_doors_in_callback(void) {
    return callbacks_deep > 0;
}

int ee_doors_admitting(void) {
    return atomic_load(&admitted) == ADMISSION_OPEN;
}

void ee_doors_admit(PyObject *admitted_class) {
    door_class = admitted_class;
    atomic_store(&owner, (int)getpid());
    atomic_store(&admitted, ADMISSION_OPEN);
}

static ee_door number_of(const place *at) {
    return ((ee_door)at->generation << 32) | (ee_door)(at - table + 1);
}

/* Return the place with this number, whatever its state, or NULL. Called with the table's lock. */
static place *find(ee_door door) {
    uint32_t index = (uint32_t)door;
    if (index == 0 || index > EE_DOORS_MOST) {
        return NULL;
    }
    place *at = &table[index - 1];
    return at->state != PLACE_FREE && number_of(at) == door ? at : NULL;
}

/* Count a thread in, unless the door is in none of the states up to the last that is allowed. */
static ee_status enter(ee_door door, place_state last, place **found) {
    ee_status status = ee_doors_permit();
    if (status != EE_OK && status != EE_STOPPED) {
        return status;
    }
    pthread_mutex_lock(&table_lock);
    place *at = find(door);
    if (at == NULL || at->state < PLACE_OPEN || at->state > last) {
        status = ee_doors_admitting() ? EE_CLOSED : EE_STOPPED;
    } else {
        at->calls++;
        *found = at;
        status = EE_OK;
    }
    pthread_mutex_unlock(&table_lock);
    return status;
}

static void leave(place *at) {
    pthread_mutex_lock(&table_lock);
    at->calls--;
    if (at->calls == 0 && at->state == PLACE_LEAVING) {
        pthread_cond_broadcast(&table_changed);
    }
    pthread_mutex_unlock(&table_lock);
}

/* Called by Python with one frame. Its self is the number of the door. */
static PyObject *push_frame(PyObject *self, PyObject *frame) {
    if (!PyBytes_Check(frame)) {
        PyErr_SetString(PyExc_TypeError, "a frame is bytes");
        return NULL;
    }
    ee_door door = PyLong_AsUnsignedLongLong(self);
    ee_push push = NULL;
    void *user = NULL;
    Py_BEGIN_ALLOW_THREADS;
    pthread_mutex_lock(&table_lock);
    place *at = find(door);
    if (at != NULL && at->push != NULL) {
        push = at->push;
        user = at->user;
        at->pushes++;
    }
    pthread_mutex_unlock(&table_lock);
    if (push != NULL) {
        callbacks_deep++;
        push(user, (const uint8_t *)PyBytes_AS_STRING(frame), (size_t)PyBytes_GET_SIZE(frame));
        callbacks_deep--;
        pthread_mutex_lock(&table_lock);
        at->pushes--;
        pthread_cond_broadcast(&table_changed);
        pthread_mutex_unlock(&table_lock);
    }
    Py_END_ALLOW_THREADS;
    Py_RETURN_NONE;
}

static PyMethodDef push_method = {"push", push_frame, METH_O, "Hand one frame to the host."};

/* Make the Python side of a door. Called with Python's lock; leaves an exception where it fails. */
static bool furnish(place *at, ee_door number) {
    PyObject *self = PyLong_FromUnsignedLongLong(number);
    PyObject *push = self == NULL ? NULL : PyCFunction_New(&push_method, self);
    Py_XDECREF(self);
    PyObject *door = push == NULL ? NULL : PyObject_CallOneArg(door_class, push);
    Py_XDECREF(push);
    at->door = door;
    at->call = door == NULL ? NULL : PyObject_GetAttrString(door, "call");
    at->receive = at->call == NULL ? NULL : PyObject_GetAttrString(door, "receive");
    return at->receive != NULL;
}

/* Called with Python's lock. */
static void strip(place *at) {
    Py_CLEAR(at->receive);
    Py_CLEAR(at->call);
    Py_CLEAR(at->door);
}

static void set_free(place *at) {
    at->generation++;
    at->push = NULL;
    at->user = NULL;
    at->state = PLACE_FREE;
    pthread_cond_broadcast(&table_changed);
}

static place *take_place(void) {
    for (size_t i = 0; i < EE_DOORS_MOST; i++) {
        if (table[i].state == PLACE_FREE) {
            table[i].state = PLACE_OPENING;
            return &table[i];
        }
    }
    return NULL;
}

/* What the Python exception that is set means to the host; clears it. */
static ee_status read_exception(void) {
    ee_status status = PyErr_ExceptionMatches(PyExc_MemoryError) ? EE_NO_MEMORY : EE_FAILED;
    PyErr_Clear();
    return status;
}

ee_status ee_door_new(ee_door *door) {
    if (door == NULL) {
        return EE_NULL;
    }
    *door = 0;
    ee_status status = ee_doors_permit();
    if (status != EE_OK) {
        return status;
    }
    pthread_mutex_lock(&table_lock);
    /* Asked again under the lock: from here on a shutdown waits for this place. */
    place *at = ee_doors_admitting() ? take_place() : NULL;
    status = at != NULL ? EE_OK : ee_doors_admitting() ? EE_DOORS_FULL : EE_STOPPED;
    pthread_mutex_unlock(&table_lock);
    if (at == NULL) {
        return status;
    }
    ee_door number = number_of(at);
    PyGILState_STATE lock = ee_thread_enter();
    if (!furnish(at, number)) {
        status = read_exception();
        strip(at);
    }
    ee_thread_leave(lock);
    pthread_mutex_lock(&table_lock);
    if (status == EE_OK) {
        at->state = PLACE_OPEN;
        *door = number;
        pthread_cond_broadcast(&table_changed);
    } else {
        set_free(at);
    }
    pthread_mutex_unlock(&table_lock);
    return status;
}

static ee_status copy_out(PyObject *answer, uint8_t **response, size_t *response_size) {
    if (answer == NULL) {
        return read_exception();
    }
    if (!PyBytes_Check(answer)) {
        return EE_FAILED;
    }
    size_t size = (size_t)PyBytes_GET_SIZE(answer);
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    if (copy == NULL) {
        return EE_NO_MEMORY;
    }
    memcpy(copy, PyBytes_AS_STRING(answer), size);
    *response = copy;
    *response_size = size;
    return EE_OK;
}

static ee_status examine(const uint8_t *frame, size_t size) {
    if (frame == NULL) {
        return EE_NULL;
    }
    return size > EE_FRAME_MOST ? EE_TOO_LARGE : EE_OK;
}

ee_status ee_door_call(ee_door door, const uint8_t *frame, size_t size, uint8_t **response, size_t *response_size) {
    if (response != NULL) {
        *response = NULL;
    }
    if (response_size != NULL) {
        *response_size = 0;
    }
    if (response == NULL || response_size == NULL) {
        return EE_NULL;
    }
    ee_status status = examine(frame, size);
    place *at = NULL;
    if (status == EE_OK && ee_doors_in_callback()) {
        status = EE_IN_CALLBACK;
    }
    if (status == EE_OK) {
        status = enter(door, PLACE_OPEN, &at);
    }
    if (status != EE_OK) {
        return status;
    }
    PyGILState_STATE lock = ee_thread_enter();
    PyObject *request = PyBytes_FromStringAndSize((const char *)frame, (Py_ssize_t)size);
    PyObject *answer = request == NULL ? NULL : PyObject_CallOneArg(at->call, request);
    Py_XDECREF(request);
    status = copy_out(answer, response, response_size);
    Py_XDECREF(answer);
    ee_thread_leave(lock);
    leave(at);
    return status;
}

/* Hand a frame to the Python side without waiting. */
static ee_status deliver(place *at, const uint8_t *frame, size_t size) {
    ee_status status = EE_OK;
    PyGILState_STATE lock = ee_thread_enter();
    PyObject *bytes = PyBytes_FromStringAndSize((const char *)frame, (Py_ssize_t)size);
    PyObject *nothing = bytes == NULL ? NULL : PyObject_CallOneArg(at->receive, bytes);
    if (nothing == NULL) {
        status = read_exception();
    }
    Py_XDECREF(bytes);
    Py_XDECREF(nothing);
    ee_thread_leave(lock);
    return status;
}

ee_status ee_door_post(ee_door door, const uint8_t *frame, size_t size) {
    place *at = NULL;
    ee_status status = examine(frame, size);
    if (status == EE_OK) {
        status = enter(door, PLACE_CLOSING, &at);
    }
    if (status != EE_OK) {
        return status;
    }
    pthread_mutex_lock(&table_lock);
    bool heard = at->push != NULL;
    pthread_mutex_unlock(&table_lock);
    status = heard ? deliver(at, frame, size) : EE_NO_CALLBACK;
    leave(at);
    return status;
}

ee_status ee_door_interrupt(ee_door door, int32_t id) {
    /* [1, 0, "cancel", {"id": id}] with the id as a signed 32-bit integer at its end. */
    uint8_t frame[] = {0x94, EE_ABI, 0x00, 0xa6, 'c', 'a', 'n', 'c', 'e', 'l', 0x81, 0xa2, 'i', 'd', 0xd2, 0, 0, 0, 0};
    for (size_t i = 0; i < 4; i++) {
        frame[sizeof frame - 1 - i] = (uint8_t)((uint32_t)id >> (8 * i));
    }
    place *at = NULL;
    ee_status status = enter(door, PLACE_CLOSING, &at);
    if (status != EE_OK) {
        return status;
    }
    status = deliver(at, frame, sizeof frame);
    leave(at);
    return status;
}

ee_status ee_door_on_push(ee_door door, ee_push push, void *user) {
    place *at = NULL;
    ee_status status = enter(door, PLACE_OPEN, &at);
    if (status != EE_OK) {
        return status;
    }
    pthread_mutex_lock(&table_lock);
    at->push = push;
    at->user = user;
    while (at->pushes > 0 && !ee_doors_in_callback()) {
        pthread_cond_wait(&table_changed, &table_lock);
    }
    pthread_mutex_unlock(&table_lock);
    leave(at);
    return EE_OK;
}

/* Close one place, which is open. Called with the table's lock and returns with it; lets go of it in between. */
static ee_status close_place(place *at) {
    at->state = PLACE_CLOSING;
    pthread_mutex_unlock(&table_lock);
    PyGILState_STATE lock = ee_thread_enter();
    PyObject *nothing = PyObject_CallMethod(at->door, "close", NULL);
    ee_status status = nothing == NULL ? read_exception() : EE_OK;
    Py_XDECREF(nothing);
    ee_thread_leave(lock);
    pthread_mutex_lock(&table_lock);
    at->state = PLACE_LEAVING;
    while (at->calls > 0 || at->pushes > 0) {
        pthread_cond_wait(&table_changed, &table_lock);
    }
    pthread_mutex_unlock(&table_lock);
    lock = ee_thread_enter();
    strip(at);
    ee_thread_leave(lock);
    pthread_mutex_lock(&table_lock);
    set_free(at);
    return status;
}

ee_status ee_door_close(ee_door door) {
    if (ee_doors_in_callback()) {
        return EE_IN_CALLBACK;
    }
    ee_status status = ee_doors_permit();
    if (status != EE_OK) {
        return status;
    }
    pthread_mutex_lock(&table_lock);
    place *at = find(door);
    status = at != NULL && at->state == PLACE_OPEN ? close_place(at) : EE_CLOSED;
    pthread_mutex_unlock(&table_lock);
    return status;
}

void ee_doors_dismiss(void) {
    atomic_store(&admitted, ADMISSION_OVER);
    pthread_mutex_lock(&table_lock);
    for (size_t i = 0; i < EE_DOORS_MOST; i++) {
        while (table[i].state != PLACE_FREE) {
            if (table[i].state == PLACE_OPEN) {
                (void)close_place(&table[i]);
            } else {
                pthread_cond_wait(&table_changed, &table_lock);
            }
        }
    }
    pthread_mutex_unlock(&table_lock);
    PyGILState_STATE lock = ee_thread_enter();
    Py_CLEAR(door_class);
    ee_thread_leave(lock);
}
