/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What the two files of 'dotsys sc' share: the words for numbers, and what is printed in sc.exe's
 * form. */
#pragma once

#include "tool.h"

#include "win32/windows.h"

struct sc_word {
    const char *word; /* on the command line, lower case */
    const char *shown;
    DWORD value;
};

extern const struct sc_word sc_types[], sc_starts[], sc_errors[]; /* each ends with a NULL word */

/* "[SC] CALL FAILED 5:" and the text of the last error. Returns the exit status. */
int sc_failed(struct tool *tool, const char *call);
int sc_done(struct tool *tool, const char *call);

/* display may be NULL: there is no such line. */
void sc_show_status(struct tool *tool, const char *name, const char *display,
    const SERVICE_STATUS_PROCESS *status, bool process);
void sc_show_config(struct tool *tool, const char *name, const QUERY_SERVICE_CONFIGA *config);
