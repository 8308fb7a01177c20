/* The other side of `lesson-fifo hello`: peer reader|writer FOLDER */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char path[4096], text[64] = "";
    (void)argc;
    snprintf(path, sizeof path, "%s/meeting", argv[2]);
    mkfifo(path, 0600); /* or the lesson has */
    if (strcmp(argv[1], "writer") == 0) {
        int sink = open(path, O_WRONLY);
        return write(sink, "hello, whoever you are", 22) != 22;
    }
    int source = open(path, O_RDONLY);
    if (read(source, text, sizeof text - 1) < 0)
        return 1;
    puts(text);
    return read(source, text, sizeof text) != 0; /* the end of file */
}
