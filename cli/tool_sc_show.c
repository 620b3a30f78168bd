/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What 'dotsys sc' prints, line for line as sc.exe does, so that what reads the one reads the
 * other. */
#include "tool_sc.h"

#include <string.h>

const struct sc_word sc_types[] = {
    {"kernel", "KERNEL_DRIVER", SERVICE_KERNEL_DRIVER},
    {"filesys", "FILE_SYSTEM_DRIVER", SERVICE_FILE_SYSTEM_DRIVER},
    {"adapt", "ADAPTER", SERVICE_ADAPTER},
    {"rec", "RECOGNIZER_DRIVER", SERVICE_RECOGNIZER_DRIVER},
    {"own", "WIN32_OWN_PROCESS", SERVICE_WIN32_OWN_PROCESS},
    {"share", "WIN32_SHARE_PROCESS", SERVICE_WIN32_SHARE_PROCESS},
    {NULL, NULL, 0},
};
const struct sc_word sc_starts[] = {
    {"boot", "BOOT_START", SERVICE_BOOT_START},
    {"system", "SYSTEM_START", SERVICE_SYSTEM_START},
    {"auto", "AUTO_START", SERVICE_AUTO_START},
    {"demand", "DEMAND_START", SERVICE_DEMAND_START},
    {"disabled", "DISABLED", SERVICE_DISABLED},
    {NULL, NULL, 0},
};
const struct sc_word sc_errors[] = {
    {"ignore", "IGNORE", SERVICE_ERROR_IGNORE},
    {"normal", "NORMAL", SERVICE_ERROR_NORMAL},
    {"severe", "SEVERE", SERVICE_ERROR_SEVERE},
    {"critical", "CRITICAL", SERVICE_ERROR_CRITICAL},
    {NULL, NULL, 0},
};

static const char *shown(const struct sc_word *words, DWORD value)
{
    while (words->word != NULL && words->value != value)
        words++;
    return words->word != NULL ? words->shown : "";
}

int sc_failed(struct tool *tool, const char *call)
{
    DWORD error = GetLastError();
    char text[512];
    DWORD length = FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
        error, 0, text, sizeof(text), NULL);

    while (length > 0 &&
        (text[length - 1] == '\n' || text[length - 1] == '\r' || text[length - 1] == ' '))
        length--;
    fprintf(tool->out, "[SC] %s FAILED %u:\n\n%.*s\n\n", call, (unsigned)error, (int)length, text);
    return EXIT_COMMAND_FAILED;
}

int sc_done(struct tool *tool, const char *call)
{
    fprintf(tool->out, "[SC] %s SUCCESS\n", call);
    return EXIT_FINE;
}

static const char *state_name(DWORD state)
{
    static const char *const names[] = {"", "STOPPED", "START_PENDING", "STOP_PENDING", "RUNNING",
        "CONTINUE_PENDING", "PAUSE_PENDING", "PAUSED"};

    return state < sizeof(names) / sizeof(names[0]) ? names[state] : "";
}

void sc_show_status(struct tool *tool, const char *name, const char *display,
    const SERVICE_STATUS_PROCESS *status, bool process)
{
    FILE *out = tool->out;

    fprintf(out, "\nSERVICE_NAME: %s%s\n", name, display != NULL ? "" : " ");
    if (display != NULL)
        fprintf(out, "DISPLAY_NAME: %s\n", display);
    fprintf(out, "        TYPE               : %x  %s  \n", (unsigned)status->dwServiceType,
        shown(sc_types, status->dwServiceType & ~(DWORD)SERVICE_INTERACTIVE_PROCESS));
    fprintf(out, "        STATE              : %u  %s \n", (unsigned)status->dwCurrentState,
        state_name(status->dwCurrentState));
    if (status->dwCurrentState != SERVICE_STOPPED)
        fprintf(out, "                                (%s, %s, %s)\n",
            status->dwControlsAccepted & SERVICE_ACCEPT_STOP ? "STOPPABLE" : "NOT_STOPPABLE",
            status->dwControlsAccepted & SERVICE_ACCEPT_PAUSE_CONTINUE ? "PAUSABLE"
                                                                       : "NOT_PAUSABLE",
            status->dwControlsAccepted & SERVICE_ACCEPT_SHUTDOWN ? "ACCEPTS_SHUTDOWN"
                                                                 : "IGNORES_SHUTDOWN");
    fprintf(out, "        WIN32_EXIT_CODE    : %u  (0x%x)\n", (unsigned)status->dwWin32ExitCode,
        (unsigned)status->dwWin32ExitCode);
    fprintf(out, "        SERVICE_EXIT_CODE  : %u  (0x%x)\n",
        (unsigned)status->dwServiceSpecificExitCode, (unsigned)status->dwServiceSpecificExitCode);
    fprintf(out, "        CHECKPOINT         : 0x%x\n", (unsigned)status->dwCheckPoint);
    fprintf(out, "        WAIT_HINT          : 0x%x\n", (unsigned)status->dwWaitHint);
    if (process)
        fprintf(out, "        PID                : %u\n        FLAGS              : \n",
            (unsigned)status->dwProcessId);
}

static void show_dependencies(FILE *out, const char *names)
{
    fprintf(out, "        DEPENDENCIES       : %s\n", names);
    while (*names != '\0') {
        names += strlen(names) + 1;
        if (*names != '\0')
            fprintf(out, "                           : %s\n", names);
    }
}

void sc_show_config(struct tool *tool, const char *name, const QUERY_SERVICE_CONFIGA *config)
{
    FILE *out = tool->out;

    fprintf(out, "\nSERVICE_NAME: %s\n", name);
    fprintf(out, "        TYPE               : %x  %s \n", (unsigned)config->dwServiceType,
        shown(sc_types, config->dwServiceType & ~(DWORD)SERVICE_INTERACTIVE_PROCESS));
    fprintf(out, "        START_TYPE         : %u   %s\n", (unsigned)config->dwStartType,
        shown(sc_starts, config->dwStartType));
    fprintf(out, "        ERROR_CONTROL      : %u   %s\n", (unsigned)config->dwErrorControl,
        shown(sc_errors, config->dwErrorControl));
    fprintf(out, "        BINARY_PATH_NAME   : %s\n", config->lpBinaryPathName);
    fprintf(out, "        LOAD_ORDER_GROUP   : %s\n", config->lpLoadOrderGroup);
    fprintf(out, "        TAG                : %u\n", (unsigned)config->dwTagId);
    fprintf(out, "        DISPLAY_NAME       : %s\n", config->lpDisplayName);
    show_dependencies(out, config->lpDependencies);
    fprintf(out, "        SERVICE_START_NAME : %s\n", config->lpServiceStartName);
}
