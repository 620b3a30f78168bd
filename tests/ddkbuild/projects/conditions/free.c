/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
int SampleFlavour(void);

int SampleFlavour(void)
{
    return FLAVOUR;
}

#if FLAVOUR != 2
#error this file is of the other build
#endif
