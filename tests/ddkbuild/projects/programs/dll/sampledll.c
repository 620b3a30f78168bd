/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include <windows.h>

int WINAPI SampleAnswer(int add);

int WINAPI SampleAnswer(int add)
{
    return 40 + add;
}
