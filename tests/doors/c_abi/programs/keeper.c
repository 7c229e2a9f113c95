/* A host that keeps the key: the engine asks for it by the callback, and is answered inside it, or on another thread where
 * there is an argv[3]. argv[2] is a file of requests; the responses go out with status and length in front. */
#include <pthread.h>

#include "host.h"

static ee_door door;
static bool elsewhere;
static unsigned asked;
static host_number number;
static pthread_t answering;

static void *answer(void *unused) {
    uint8_t frame[HOST_ANSWER_MOST];
    EXPECT(ee_door_post(door, frame, host_answer_key(frame, number)), EE_OK);
    return unused;
}

static void hear(void *user, const uint8_t *frame, size_t size) {
    CHECK(user == &door);
    number = host_asked_for_key(frame, size);
    asked++;
    if (elsewhere) {
        CHECK(pthread_create(&answering, NULL, answer, NULL) == 0);
    } else {
        answer(NULL);
    }
}

int main(int argc, char **argv) {
    CHECK(argc >= 3);
    elsewhere = argc > 3;
    host_start(argv[1]);
    EXPECT(ee_door_new(&door), EE_OK);
    EXPECT(ee_door_on_push(door, hear, &door), EE_OK);
    FILE *file = fopen(argv[2], "rb");
    CHECK(file != NULL);
    uint8_t *frame = NULL;
    uint32_t size = 0;
    while (host_read(file, &frame, &size)) {
        uint8_t *response = NULL;
        size_t response_size = 0;
        ee_status status = ee_door_call(door, frame, size, &response, &response_size);
        host_write(stdout, status, response, response_size);
        ee_free(response);
        free(frame);
    }
    fclose(file);
    CHECK(asked >= 1);
    if (elsewhere) {
        CHECK(pthread_join(answering, NULL) == 0);
    }
    EXPECT(ee_shutdown(), EE_OK);
    return 0;
}
