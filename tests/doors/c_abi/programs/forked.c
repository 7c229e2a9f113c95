/* A child of fork() is refused, at once, whatever the parent's threads were doing; the parent goes on. */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"

static const uint8_t hello[] = {0x94, 1, 1, 0xa5, 'h', 'e', 'l', 'l', 'o', 0xc0};
static ee_door door;
static atomic_bool over;

static void *call_on(void *unused) {
    while (!atomic_load(&over)) {
        uint8_t *out = NULL;
        size_t size = 0;
        EXPECT(ee_door_call(door, hello, sizeof hello, &out, &size), EE_OK);
        ee_free(out);
    }
    return unused;
}

static void be_refused(void) {
    uint8_t *out = (uint8_t *)hello;
    size_t size = 3;
    char *reason = NULL;
    ee_door other = 7;
    alarm(20); /* a child that waits for a lock of the parent ends by this */
    EXPECT(ee_door_call(door, hello, sizeof hello, &out, &size), EE_FORKED);
    CHECK(out == NULL && size == 0);
    EXPECT(ee_door_post(door, hello, sizeof hello), EE_FORKED);
    EXPECT(ee_door_new(&other), EE_FORKED);
    CHECK(other == 0);
    EXPECT(ee_door_on_push(door, NULL, NULL), EE_FORKED);
    EXPECT(ee_door_interrupt(door, 1), EE_FORKED);
    EXPECT(ee_door_close(door), EE_FORKED);
    EXPECT(ee_shutdown(), EE_FORKED);
    EXPECT(ee_start(NULL, &reason), EE_FORKED);
    ee_free(reason);
    _exit(0);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    host_start(argv[1]);
    EXPECT(ee_door_new(&door), EE_OK);
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) {
        CHECK(pthread_create(&threads[i], NULL, call_on, NULL) == 0);
    }
    for (int round = 0; round < 20; round++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            be_refused();
        }
        int status = 1;
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    atomic_store(&over, true);
    for (size_t i = 0; i < 4; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    EXPECT(ee_door_close(door), EE_OK);
    EXPECT(ee_shutdown(), EE_OK);
    return 0;
}
