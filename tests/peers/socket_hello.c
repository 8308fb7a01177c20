/* The other side of `lesson-socket hello`: peer server|client FOLDER */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char path[4096], text[64] = "";
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int end = socket(AF_INET, SOCK_STREAM, 0);
    (void)argc;
    snprintf(path, sizeof path, "%s/port", argv[2]);
    mkfifo(path, 0600); /* or the lesson has */
    FILE *note = fopen(path, strcmp(argv[1], "server") == 0 ? "w" : "r");
    if (note == NULL)
        return 1;
    if (strcmp(argv[1], "server") == 0) {
        if (bind(end, (void *)&address, length) != 0 || listen(end, 1) != 0)
            return 1;
        getsockname(end, (void *)&address, &length);
        fprintf(note, "%d", ntohs(address.sin_port));
        fclose(note);
        end = accept(end, NULL, NULL);
    } else {
        int port;
        if (fscanf(note, "%d", &port) != 1)
            return 1;
        address.sin_port = htons(port);
        if (connect(end, (void *)&address, length) != 0 || write(end, "hello, server", 13) != 13)
            return 1;
    }
    if (read(end, text, sizeof text - 1) <= 0)
        return 1;
    puts(text);
    if (strcmp(argv[1], "server") == 0)
        return write(end, "hello, client", 13) != 13 || read(end, text, sizeof text) != 0;
    return 0;
}
