/* Frames come on standard input, each with its length in front; their statuses, lengths and responses go out. */
#include "host.h"

int main(int argc, char **argv) {
    CHECK(argc >= 2);
    host_start(argv[1]);
    ee_door door = 0;
    EXPECT(ee_door_new(&door), EE_OK);
    uint8_t *frame = NULL;
    uint32_t size = 0;
    while (host_read(stdin, &frame, &size)) {
        uint8_t *response = (uint8_t *)"never";
        size_t response_size = 77;
        ee_status status = ee_door_call(door, frame, size, &response, &response_size);
        CHECK((response == NULL) == (status != EE_OK) && (response != NULL || response_size == 0));
        host_write(stdout, status, response, response_size);
        ee_free(response);
        free(frame);
    }
    EXPECT(ee_door_close(door), EE_OK);
    EXPECT(ee_shutdown(), EE_OK);
    return 0;
}
