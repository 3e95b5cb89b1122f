/** Loaded before one of our programs (`node --import`): its wall clock is LANDLORD_CLOCK_HOURS off. */
const RealDate = Date;
const offset = Number(process.env.LANDLORD_CLOCK_HOURS) * 3_600_000;

class ShiftedDate extends RealDate {
  constructor(...args: [] | ConstructorParameters<typeof Date>) {
    if (args.length === 0) super(RealDate.now() + offset);
    else super(...args);
  }
  static override now(): number {
    return RealDate.now() + offset;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
