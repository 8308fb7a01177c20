/* The other side of `lesson-mmap hello`: peer writer|reader FOLDER */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include "board.h"

struct board { _Atomic uint32_t written, read; uint32_t length; char text[64]; };

int main(int argc, char **argv)
{
    char path[4096];
    (void)argc;
    snprintf(path, sizeof path, "%s/board", argv[2]);
    int file = open(path, O_RDWR | O_CREAT, 0600);
    if (file < 0 || ftruncate(file, sizeof(struct board)) != 0)
        return 1;
    struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (board == MAP_FAILED)
        return 1;
    if (strcmp(argv[1], "writer") == 0) {
        strcpy(board->text, "Hello from a file");
        board->length = strlen(board->text);
        announce(&board->written);
        await_change(&board->read);
        return 0;
    }
    await_change(&board->written);
    printf("%.*s\n", (int)board->length, board->text);
    announce(&board->read);
    return 0;
}
