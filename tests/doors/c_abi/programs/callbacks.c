/* What the engine says by itself, and what may be done meanwhile. Runs with the stand-in door. */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "host.h"

/* [1, 5, "say", 3] */
static const uint8_t say_three[] = {0x94, 1, 5, 0xa3, 's', 'a', 'y', 3};
/* [1, 6, "echo", 42] */
static const uint8_t echo[] = {0x94, 1, 6, 0xa4, 'e', 'c', 'h', 'o', 42};
/* [1, 6, nil, 42] */
static const uint8_t echoed[] = {0x94, 1, 6, 0xc0, 42};
/* [1, 9, "wait", nil] */
static const uint8_t wait_long[] = {0x94, 1, 9, 0xa4, 'w', 'a', 'i', 't', 0xc0};

typedef struct ear {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    ee_door door;
    pthread_t host;
    unsigned events;
    unsigned answers;
    bool call_back;
    atomic_bool running;
} ear;

static void wait_for(ear *at, const unsigned *count, unsigned wanted) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 20;
    pthread_mutex_lock(&at->lock);
    while (*count < wanted) {
        CHECK(pthread_cond_timedwait(&at->changed, &at->lock, &until) == 0);
    }
    pthread_mutex_unlock(&at->lock);
}

static void call_back(const ear *at) {
    uint8_t *out = (uint8_t *)echo;
    size_t size = 1;
    EXPECT(ee_door_call(at->door, echo, sizeof echo, &out, &size), EE_IN_CALLBACK);
    CHECK(out == NULL && size == 0);
    EXPECT(ee_door_close(at->door), EE_IN_CALLBACK);
    EXPECT(ee_shutdown(), EE_IN_CALLBACK);
    EXPECT(ee_start(NULL, NULL), EE_OK);
    EXPECT(ee_door_post(at->door, echo, sizeof echo), EE_OK);
    EXPECT(ee_door_interrupt(at->door, 1234), EE_OK);
}

static void hear(void *user, const uint8_t *frame, size_t size) {
    ear *at = user;
    CHECK(!pthread_equal(pthread_self(), at->host));
    bool is_event = size > 3 && frame[2] == 0;
    bool is_answer = size == sizeof echoed && memcmp(frame, echoed, size) == 0;
    if (is_event && at->call_back) {
        call_back(at);
    }
    pthread_mutex_lock(&at->lock);
    at->events += is_event;
    at->answers += is_answer;
    pthread_cond_broadcast(&at->changed);
    pthread_mutex_unlock(&at->lock);
}

static void hear_nothing(void *user, const uint8_t *frame, size_t size) {
    (void)user, (void)frame, (void)size;
    CHECK(false);
}

static void hear_slowly(void *user, const uint8_t *frame, size_t size) {
    ear *at = user;
    (void)frame, (void)size;
    atomic_store(&at->running, true);
    usleep(50 * 1000);
    atomic_store(&at->running, false);
}

static void ask(const ear *at, const uint8_t *frame, size_t size) {
    uint8_t *out = NULL;
    EXPECT(ee_door_call(at->door, frame, size, &out, &size), EE_OK);
    ee_free(out);
}

static void *interrupt_when_it_waits(void *user) {
    ear *at = user;
    wait_for(at, &at->events, 1);
    EXPECT(ee_door_interrupt(at->door, 9), EE_OK);
    return NULL;
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    host_start(argv[1]);
    ear at = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .host = pthread_self()};
    EXPECT(ee_door_new(&at.door), EE_OK);

    ask(&at, say_three, sizeof say_three); /* nobody listens: dropped */
    EXPECT(ee_door_on_push(at.door, hear, &at), EE_OK);
    ask(&at, say_three, sizeof say_three);
    wait_for(&at, &at.events, 3);
    EXPECT(ee_door_post(at.door, echo, sizeof echo), EE_OK);
    wait_for(&at, &at.answers, 1);

    at.call_back = true;
    ask(&at, say_three, sizeof say_three);
    wait_for(&at, &at.answers, 4);
    CHECK(at.events == 6);
    EXPECT(ee_door_close(at.door), EE_OK);

    /* Another door: a call that waits is interrupted from another thread. */
    at.call_back = false;
    at.events = 0;
    EXPECT(ee_door_new(&at.door), EE_OK);
    EXPECT(ee_door_on_push(at.door, hear, &at), EE_OK);
    pthread_t interrupter;
    CHECK(pthread_create(&interrupter, NULL, interrupt_when_it_waits, &at) == 0);
    uint8_t *out = NULL;
    size_t size = 0;
    EXPECT(ee_door_call(at.door, wait_long, sizeof wait_long, &out, &size), EE_OK);
    CHECK(size == 14 && memcmp(out + 5, "cancelled", 9) == 0);
    ee_free(out);
    CHECK(pthread_join(interrupter, NULL) == 0);

    /* Taken away while it runs: the one before has returned when ee_door_on_push does, and is not called again. */
    for (int round = 0; round < 10; round++) {
        EXPECT(ee_door_on_push(at.door, hear_slowly, &at), EE_OK);
        EXPECT(ee_door_post(at.door, echo, sizeof echo), EE_OK);
        while (!atomic_load(&at.running)) {
            usleep(100);
        }
        EXPECT(ee_door_on_push(at.door, hear_nothing, NULL), EE_OK);
        CHECK(!atomic_load(&at.running));
        EXPECT(ee_door_on_push(at.door, NULL, NULL), EE_OK);
    }
    ask(&at, say_three, sizeof say_three);
    EXPECT(ee_door_on_push(at.door, hear, &at), EE_OK);
    EXPECT(ee_door_post(at.door, say_three, sizeof say_three), EE_OK);
    EXPECT(ee_shutdown(), EE_OK); /* drains: the posted one is heard before */
    CHECK(at.events == 4);
    return 0;
}
