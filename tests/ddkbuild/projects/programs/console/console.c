/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include <stdio.h>
#include <windows.h>

DECLSPEC_IMPORT int WINAPI SampleAnswer(int add);

int main(void)
{
    printf("%d\n", SampleAnswer(2));
    return 0;
}
