/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * hello_client.c - sends lines to the hello driver and shows what comes back.
 *
 * Each line is written to the device, read back and printed. With a terminal on standard input it
 * asks for lines; otherwise it takes all there are. A line the driver refuses is reported on
 * standard error with Windows' own text for the error, and the next line is tried.
 *
 * Exit status: 0, or 1 if the device could not be opened or any line failed.
 * One source for Windows and for Linux; only the question "is this a terminal" differs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#ifdef _WIN32
#include <io.h>
#define isatty _isatty
#define fileno _fileno
#else
#include <unistd.h>
#endif

#include "../hello.h"

/* Prints "hello_client: What: Windows' text (error N)" for the last error. */
static void report_error(const char *what)
{
    DWORD error = GetLastError();
    char *text = NULL;
    DWORD length;

    length = FormatMessageA(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
                                FORMAT_MESSAGE_IGNORE_INSERTS,
                            NULL, error, 0, (LPSTR)&text, 0, NULL);
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        text[--length] = '\0';
    fflush(stdout);
    fprintf(stderr, "hello_client: %s: %s (error %lu)\n", what,
            length > 0 ? text : "no text for this error", (unsigned long)error);
    if (text != NULL)
        LocalFree(text);
}

/* Writes the line, reads it back and prints it. FALSE: something failed and was reported. */
static BOOL echo_line(HANDLE device, const char *line, DWORD length)
{
    char answer[HELLO_CAPACITY];
    DWORD written = 0;
    DWORD received = 0;

    if (!WriteFile(device, line, length, &written, NULL)) {
        report_error("WriteFile");
        return FALSE;
    }
    if (!ReadFile(device, answer, sizeof(answer), &received, NULL)) {
        report_error("ReadFile");
        return FALSE;
    }
    if (written != length || received != length || memcmp(answer, line, length) != 0) {
        fflush(stdout);
        fprintf(stderr, "hello_client: sent %lu bytes, %lu were taken and %lu came back\n",
                (unsigned long)length, (unsigned long)written, (unsigned long)received);
        return FALSE;
    }
    if (fwrite(answer, 1, received, stdout) != received || putchar('\n') == EOF ||
        fflush(stdout) != 0) {
        perror("hello_client: standard output");
        return FALSE;
    }
    return TRUE;
}

/*
 * Reads one line of any length, without its line end, into *line, which grows as needed (*room
 * bytes; the caller frees it). Returns its length, -1 at the end of input or -2 without memory.
 */
static long read_line(char **line, size_t *room)
{
    size_t length = 0;
    int byte;

    while ((byte = getchar()) != EOF && byte != '\n') {
        if (length == *room) {
            size_t larger = *room == 0 ? 128 : *room * 2;
            char *moved = larger <= 0x40000000 ? realloc(*line, larger) : NULL;

            if (moved == NULL)
                return -2;
            *line = moved;
            *room = larger;
        }
        (*line)[length++] = (char)byte;
    }
    if (byte == EOF && length == 0)
        return -1;
    if (length > 0 && (*line)[length - 1] == '\r')
        length--;
    return (long)length;
}

/* Echoes every line of standard input. FALSE if any of them failed. */
static BOOL echo_all(HANDLE device)
{
    BOOL interactive = isatty(fileno(stdin)) != 0;
    BOOL all_well = TRUE;
    char *line = NULL;
    size_t room = 0;
    long length;

    for (;;) {
        if (interactive) {
            printf("hello> ");
            fflush(stdout);
        }
        length = read_line(&line, &room);
        if (length < 0)
            break;
        if (!echo_line(device, line != NULL ? line : "", (DWORD)length))
            all_well = FALSE;
    }
    if (interactive)
        printf("\n");
    if (length == -2) {
        fprintf(stderr, "hello_client: no memory for so long a line\n");
        all_well = FALSE;
    } else if (ferror(stdin)) {
        perror("hello_client: standard input");
        all_well = FALSE;
    }
    free(line);
    return all_well;
}

int main(void)
{
    HANDLE device;
    BOOL all_well;

    device = CreateFileA(HELLO_USER_NAME, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                         FILE_ATTRIBUTE_NORMAL, NULL);
    if (device == INVALID_HANDLE_VALUE) {
        report_error("cannot open " HELLO_USER_NAME);
        return EXIT_FAILURE;
    }
    all_well = echo_all(device);
    if (!CloseHandle(device)) {
        report_error("CloseHandle");
        all_well = FALSE;
    }
    return all_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
