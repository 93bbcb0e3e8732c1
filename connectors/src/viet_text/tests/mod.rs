mod lists;
mod mutations;
mod recognition;
mod round_trip;
mod table;
