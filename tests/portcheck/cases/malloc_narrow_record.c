/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The size a structure has in 32 bits. */
#include <windows.h>

#include <stdlib.h>

struct node {
    struct node *next;
    void *data;
    DWORD size;
};

struct node *make(void)
{
    return malloc(12); // expect: PC5001
}
