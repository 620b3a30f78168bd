/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A handle in a DWORD, with no cast, and one in a structure. */
#include <windows.h>

struct session {
    DWORD file;
};

void begin(struct session *session, HANDLE event)
{
    DWORD kept = event; // expect: PC4311

    session->file = (DWORD)CreateFileA("x", 0, 0, NULL, OPEN_EXISTING, 0, NULL); // expect: PC4311
    session->file += kept;
}
