/* The engine waits for an answer of its host while the host shuts down: the answer still comes through, so that what was
 * asked is finished and nobody waits for the time limit. argv[2] is a file of requests that prepare the door, the last of
 * which asks for the host's key. */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include "host.h"

static ee_door door;
static sem_t asked;
static host_number number;

static void hear(void *user, const uint8_t *frame, size_t size) {
    (void)user;
    number = host_asked_for_key(frame, size);
    sem_post(&asked);
}

static void *ask_all(void *name) {
    FILE *file = fopen(name, "rb");
    CHECK(file != NULL);
    uint8_t *frame = NULL;
    uint32_t size = 0;
    while (host_read(file, &frame, &size)) {
        uint8_t *response = NULL;
        size_t response_size = 0;
        EXPECT(ee_door_call(door, frame, size, &response, &response_size), EE_OK);
        CHECK(response_size > 3 && response[3] == 0xc0);
        ee_free(response);
        free(frame);
    }
    fclose(file);
    return NULL;
}

static void *shut_down(void *unused) {
    EXPECT(ee_shutdown(), EE_OK);
    return unused;
}

int main(int argc, char **argv) {
    CHECK(argc == 3 && sem_init(&asked, 0, 0) == 0);
    host_start(argv[1]);
    EXPECT(ee_door_new(&door), EE_OK);
    EXPECT(ee_door_on_push(door, hear, NULL), EE_OK);
    pthread_t asker;
    pthread_t closer;
    CHECK(pthread_create(&asker, NULL, ask_all, argv[2]) == 0);
    CHECK(sem_wait(&asked) == 0);
    CHECK(pthread_create(&closer, NULL, shut_down, NULL) == 0);
    while (ee_door_on_push(door, hear, NULL) == EE_OK) {
        sched_yield(); /* until the shutdown has begun */
    }
    uint8_t answer[HOST_ANSWER_MOST];
    size_t answer_size = host_answer_key(answer, number);
    alarm(60); /* the engine would wait for two minutes */
    EXPECT(ee_door_interrupt(door, 99), EE_OK);
    EXPECT(ee_door_post(door, answer, answer_size), EE_OK);
    CHECK(pthread_join(asker, NULL) == 0);
    CHECK(pthread_join(closer, NULL) == 0);
    EXPECT(ee_door_post(door, answer, answer_size), EE_STOPPED);
    return 0;
}
